package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last word of each provider, as it was stored. */
final class Quotas {
    static final List<String> TABLES =
            List.of(
                    """
                    CREATE TABLE provider_quotas (
                        provider TEXT PRIMARY KEY,
                        snapshot TEXT NOT NULL,
                        updated_at INTEGER NOT NULL
                    ) WITHOUT ROWID\
                    """);

    private Quotas() {}

    static void save(Connection connection, Quota quota, long now) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO provider_quotas VALUES (?, ?, ?)")) {
            statement.setString(1, quota.provider());
            statement.setString(2, Json.text(quota::write));
            statement.setLong(3, now);
            statement.executeUpdate();
        }
    }

    /** One for each provider, in their order, whether or not it has said something. */
    static List<Quota> read(Connection connection) throws SQLException {
        Map<String, Quota> known = new HashMap<>();
        try (var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "SELECT provider, snapshot, updated_at FROM provider_quotas")) {
            while (found.next()) {
                var provider = found.getString(1);
                known.put(
                        provider,
                        Quota.of(provider, Json.read(found.getString(2)), found.getLong(3)));
            }
        }
        return Quota.PROVIDERS.stream()
                .map(provider -> known.getOrDefault(provider, Quota.unknown(provider)))
                .toList();
    }
}
