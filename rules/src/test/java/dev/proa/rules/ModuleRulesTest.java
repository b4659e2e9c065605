package dev.proa.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The table of modules in ARCHITECTURE.md, as rules. */
class ModuleRulesTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("dev.proa");

    /**
     * Every module with those it may use; the order is the data flow, so no arrow points against
     * it.
     */
    private static final Map<String, Set<String>> MAY_USE =
            Map.of(
                    "core", Set.of(),
                    "profile", Set.of("core"),
                    "journal", Set.of("core"),
                    "supervisor", Set.of("core", "profile", "journal"),
                    "gateway", Set.of("core", "journal"),
                    "eventlog", Set.of("core"),
                    "runtime", Set.of("core", "profile", "journal", "supervisor", "gateway"),
                    "cli", Set.of("core", "profile", "journal", "eventlog", "runtime"),
                    "agentmonitor", Set.of("core", "journal", "gateway", "eventlog"));

    private static final List<String> ORDER =
            List.of(
                    "core",
                    "profile",
                    "journal",
                    "supervisor",
                    "gateway",
                    "eventlog",
                    "agentmonitor",
                    "runtime",
                    "cli");

    @Test
    void modulesUseOnlyThoseBeforeThem() {
        var against = new TreeMap<String, Set<String>>();
        for (var type : CLASSES) {
            var module = module(type);
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                var target = module(dependency.getTargetClass());
                if (!target.isEmpty()
                        && !target.equals(module)
                        && !MAY_USE.getOrDefault(module, Set.of()).contains(target)) {
                    against.computeIfAbsent(module + " -> " + target, _ -> new TreeSet<>())
                            .add(type.getName());
                }
            }
        }

        assertThat(against).isEmpty();
    }

    @Test
    void theTableOfArrowsItselfFollowsTheOrderAndCoversEveryModule() {
        assertThat(CLASSES.stream().map(ModuleRulesTest::module).distinct())
                .containsExactlyInAnyOrderElementsOf(ORDER);
        MAY_USE.forEach((module, used) ->
                assertThat(used).allMatch(other -> ORDER.indexOf(other) < ORDER.indexOf(module)));
    }

    @Test
    void everyModuleIsOneFlatPackageOfItsOwnName() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .allMatch(name -> name.matches("dev\\.proa\\.[a-z]+"));
    }

    @Test
    void onlyTheSupervisorStartsOrLooksAtProcesses() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.proa.supervisor")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class, ProcessHandle.class, Process.class)
                .check(CLASSES);
    }

    @Test
    void onlyTheGatewayListens() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.proa.gateway", "dev.proa.supervisor")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.net\\.ServerSocket|java\\.nio\\.channels\\..*Server.*|com\\.sun\\.net\\.httpserver.*|io\\.netty\\..*")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLineExitsOrPrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.proa.cli")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(CLASSES);
    }

    @Test
    void onlyCoreReadsAClock() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.proa.core")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.InstantSource.class, "system")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.LocalDateTime.class, "now")
                .orShould()
                .callMethod(java.time.ZonedDateTime.class, "now")
                .orShould()
                .callMethod(java.time.Clock.class, "systemUTC")
                .orShould()
                .callMethod(java.time.Clock.class, "systemDefaultZone")
                .check(CLASSES);
    }

    @Test
    void noModuleSeesTheDesktopToolkit() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.awt..", "javax.swing..")
                .check(CLASSES);
    }

    @Test
    void namesSayWhatATypeIs() {
        assertThat(CLASSES.stream().map(JavaClass::getSimpleName))
                .noneMatch(name ->
                        name.matches(
                                ".*(Impl|Manager|Utils?|Helpers?)|I[A-Z][a-z].*Interface|Abstract.*"));
    }

    private static String module(JavaClass type) {
        var name = type.getPackageName();
        return name.startsWith("dev.proa.") ? name.substring("dev.proa.".length()) : "";
    }
}
