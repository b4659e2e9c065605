package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
    private final OpenConnections strangers = new OpenConnections(2);

    private static List<Channel> some(int count) {
        var channels = new ArrayList<Channel>();
        for (var i = 0; i < count; i++) {
            channels.add(new EmbeddedChannel());
        }
        return channels;
    }

    @Test
    void letsTheOldestGoForANewcomer() {
        var three = some(3);
        assertThat(strangers.opened(three.get(0), 0)).isEmpty();
        assertThat(strangers.opened(three.get(1), 100)).isEmpty();

        assertThat(strangers.opened(three.get(2), 300)).containsExactly(three.get(0));
        assertThat(strangers.knows(three.get(0))).isFalse();
        assertThat(strangers.knows(three.get(1))).isTrue();
    }

    @Test
    void leavesEveryoneAMomentToSpeak() {
        var four = some(4);
        for (var newcomer : four) {
            assertThat(strangers.opened(newcomer, 0)).isEmpty();
        }
        assertThat(strangers.overdue(OpenConnections.MOMENT - 1)).isEmpty();

        strangers.forget(four.get(0));

        assertThat(strangers.overdue(OpenConnections.MOMENT)).containsExactly(four.get(1));
        assertThat(strangers.overdue(OpenConnections.MOMENT)).isEmpty();
    }

    @Test
    void keepsNoCrowdOfOver1024ForAMoment() {
        var crowd = some(OpenConnections.CROWD + 1);
        var gone = new ArrayList<Channel>();

        crowd.forEach(newcomer -> gone.addAll(strangers.opened(newcomer, 0)));

        assertThat(gone).containsExactly(crowd.getFirst());
    }
}
