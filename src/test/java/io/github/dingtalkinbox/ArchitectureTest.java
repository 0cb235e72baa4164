package io.github.dingtalkinbox;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The shape of the program. {@link #MAY_USE} is the only place to edit when it changes on purpose. */
class ArchitectureTest {
    private static final String BASE = "io.github.dingtalkinbox";
    private static final String API = "API";

    static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry(API, Set.of("internal.json")),
            // Leaves: each knows nothing of the others.
            Map.entry("internal.json", Set.of()),
            Map.entry("internal.file", Set.of()),
            Map.entry("internal.crypto", Set.of()),
            Map.entry("internal.job", Set.of()),
            Map.entry("internal.sql", Set.of()),
            Map.entry("internal.start", Set.of()),
            Map.entry("internal.text", Set.of()),
            Map.entry("internal.apps", Set.of("internal.start")),
            Map.entry("internal.http", Set.of("internal.apps", "internal.start")),
            Map.entry("internal.database", Set.of(API, "internal.start")),
            // The way of an event.
            Map.entry("internal.identity", Set.of(API, "internal.json")),
            Map.entry("internal.transaction", Set.of(API, "internal.sql", "internal.start", "internal.text")),
            Map.entry(
                    "internal.store",
                    Set.of(API, "internal.identity", "internal.sql", "internal.text", "internal.transaction")),
            Map.entry(
                    "internal.processing",
                    Set.of(API, "internal.start", "internal.store", "internal.text", "internal.transaction")),
            Map.entry(
                    "internal.queue",
                    Set.of(
                            API,
                            "internal.database",
                            "internal.job",
                            "internal.processing",
                            "internal.sql",
                            "internal.store",
                            "internal.text",
                            "internal.transaction")),
            Map.entry(
                    "internal.intake",
                    Set.of(
                            API,
                            "internal.database",
                            "internal.identity",
                            "internal.processing",
                            "internal.queue",
                            "internal.schema",
                            "internal.store",
                            "internal.text",
                            "internal.transaction")),
            // Business updates.
            Map.entry("internal.approval", Set.of(API, "internal.database", "internal.json", "internal.sql")),
            Map.entry(
                    "internal.sqlfile",
                    Set.of(API, "internal.database", "internal.sql", "internal.start", "internal.text")),
            // Entrances.
            Map.entry(
                    "internal.webhook",
                    Set.of(
                            API,
                            "internal.apps",
                            "internal.crypto",
                            "internal.identity",
                            "internal.start",
                            "internal.text",
                            "internal.transaction")),
            Map.entry(
                    "internal.recovery",
                    Set.of(
                            API,
                            "internal.apps",
                            "internal.database",
                            "internal.http",
                            "internal.identity",
                            "internal.job",
                            "internal.json",
                            "internal.sql",
                            "internal.start",
                            "internal.text",
                            "internal.transaction")),
            Map.entry(
                    "internal.stream",
                    Set.of(
                            API,
                            "internal.apps",
                            "internal.http",
                            "internal.identity",
                            "internal.json",
                            "internal.start",
                            "internal.text",
                            "internal.transaction")),
            // What looks after the log.
            Map.entry("internal.schema", Set.of("internal.sql", "internal.start")),
            Map.entry(
                    "internal.retention",
                    Set.of(
                            "internal.database",
                            "internal.file",
                            "internal.identity",
                            "internal.job",
                            "internal.json",
                            "internal.seal",
                            "internal.sql",
                            "internal.text")),
            Map.entry(
                    "internal.seal",
                    Set.of(
                            "internal.approval",
                            "internal.database",
                            "internal.file",
                            "internal.job",
                            "internal.json",
                            "internal.sql",
                            "internal.start",
                            "internal.text")),
            Map.entry(
                    "internal.telemetry",
                    Set.of(
                            API,
                            "internal.database",
                            "internal.job",
                            "internal.queue",
                            "internal.retention",
                            "internal.schema",
                            "internal.seal",
                            "internal.sql",
                            "internal.store",
                            "internal.stream",
                            "internal.transaction",
                            "internal.webhook")),
            // The executable.
            Map.entry(
                    "service",
                    Set.of(
                            "internal.apps",
                            "internal.http",
                            "internal.seal",
                            "internal.start",
                            "internal.webhook",
                            "service.cli",
                            "service.start")),
            Map.entry("service.access", Set.of("internal.start", "internal.text")),
            Map.entry("service.audit", Set.of("internal.file", "internal.sql", "internal.text")),
            Map.entry(
                    "service.cli",
                    Set.of(
                            API,
                            "internal.crypto",
                            "internal.job",
                            "internal.retention",
                            "internal.schema",
                            "internal.seal",
                            "internal.sql",
                            "internal.start",
                            "internal.store",
                            "internal.text",
                            "service.audit",
                            "service.embedded",
                            "service.gateway",
                            "service.operations",
                            "service.restore",
                            "service.simulator",
                            "service.start",
                            "service.verification")),
            Map.entry("service.connector", Set.of("internal.text")),
            Map.entry(
                    "service.console",
                    Set.of(
                            "internal.database",
                            "internal.job",
                            "internal.queue",
                            "internal.retention",
                            "internal.seal",
                            "internal.sql",
                            "internal.store",
                            "internal.stream",
                            "internal.text",
                            "service.audit",
                            "service.operations",
                            "service.verification")),
            Map.entry(
                    "service.embedded",
                    Set.of(
                            "internal.file",
                            "internal.json",
                            "internal.seal",
                            "internal.start",
                            "service.access",
                            "service.start")),
            Map.entry("service.gateway", Set.of()),
            Map.entry(
                    "service.operations",
                    Set.of(
                            API,
                            "internal.database",
                            "internal.processing",
                            "internal.sql",
                            "internal.store",
                            "internal.text",
                            "internal.transaction")),
            Map.entry("service.restore", Set.of("internal.json", "internal.seal", "internal.sql", "internal.text")),
            Map.entry(
                    "service.simulator",
                    Set.of("internal.crypto", "internal.text", "service.audit", "service.gateway")),
            Map.entry(
                    "service.start",
                    Set.of("internal.apps", "internal.crypto", "internal.start", "internal.webhook", "service.access")),
            Map.entry(
                    "service.verification", Set.of("internal.seal", "internal.sql", "internal.start", "internal.text")),
            Map.entry(
                    "service.warmup",
                    Set.of(
                            API,
                            "internal.approval",
                            "internal.database",
                            "internal.identity",
                            "internal.intake",
                            "internal.store",
                            "internal.transaction",
                            "service.start")));

    /** What the API may know of the storey above. */
    private static final Set<String> LEAVES_FOR_API = Set.of("internal.json");

    static final Set<String> FEATURES = MAY_USE.keySet();

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);

    @ParameterizedTest
    @FieldSource("FEATURES")
    void usesOnlyWhatTheTableAllows(String feature) {
        noClasses()
                .that(describe(
                        "are " + feature, c -> featureOf(c.getPackageName()).equals(feature)))
                .should()
                .dependOnClassesThat(areFeaturesForbiddenTo(feature))
                .check(CODE);
    }

    @Test
    void everyFeatureIsInTheTable() {
        Set<String> found =
                CODE.stream().map(c -> featureOf(c.getPackageName())).collect(toSet());
        assertThat(found).isEqualTo(MAY_USE.keySet());
    }

    @Test
    void featuresFormNoCycle() {
        for (String feature : FEATURES) {
            assertThat(reachableFrom(feature)).as(feature).doesNotContain(feature);
        }
    }

    /** API below, internal above it, the service on top. */
    @Test
    void arrowsGoDown() {
        MAY_USE.forEach((feature, used) -> assertThat(used)
                .as(feature)
                .allMatch(
                        u -> storeyOf(u) <= storeyOf(feature) || (feature.equals(API) && LEAVES_FOR_API.contains(u))));
    }

    /** What the service has besides is not in the library's jar, nor are its dependencies. */
    @Test
    void theLibraryKnowsNothingThatOnlyTheServiceHas() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".service..")
                .and()
                .doNotHaveSimpleName("CallbackSecurityConfiguration") // not loaded in a host without Spring Security
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "picocli..",
                        "io.zonky..",
                        "org.thymeleaf..",
                        "org.springframework.security..",
                        "org.HdrHistogram..")
                .check(CODE);
    }

    @Test
    void cryptoIsPlainJava() {
        classes()
                .that()
                .resideInAPackage(pkg("internal.crypto"))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "javax.crypto..", "org.jspecify..", pkg("internal.crypto")))
                .check(CODE);
    }

    @Test
    void whatIsAnEventIsPlainJavaAndReadsJson() {
        classes()
                .that()
                .resideInAnyPackage(BASE, pkg("internal.identity"), pkg("internal.json"))
                .and()
                .areNotAnnotations()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "tools.jackson..",
                        BASE,
                        pkg("internal.identity"),
                        pkg("internal.json")))
                .check(CODE);
    }

    @Test
    void theCoreKnowsNoWeb() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        pkg("internal.intake"),
                        pkg("internal.processing"),
                        pkg("internal.queue"),
                        pkg("internal.store"),
                        pkg("internal.transaction"),
                        pkg("internal.retention"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..", "jakarta.servlet..")
                .check(CODE);
    }

    /** A host application need not have Micrometer. */
    @Test
    void onlyTelemetryKnowsMicrometer() {
        noClasses()
                .that()
                .resideOutsideOfPackage(pkg("internal.telemetry"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(CODE);
    }

    /** Those of the way of an event are seams between its packages. */
    @Test
    void tableClassesAreHidden() {
        classes()
                .that(describe("call JdbcClient.sql", c -> c.getMethodCallsFromSelf().stream()
                        .anyMatch(m -> m.getTargetOwner().getSimpleName().equals("JdbcClient")
                                && m.getName().equals("sql"))))
                .and()
                .resideOutsideOfPackage(pkg("internal.store"))
                .should()
                .bePackagePrivate()
                .andShould()
                .haveModifier(JavaModifier.FINAL)
                .check(CODE);
    }

    /** A name says what it is without its package: in a stack trace, in a review, in a search. */
    @Test
    void aSimpleNameIsUsedOnce() {
        Map<String, Set<String>> typesByName = CODE.stream()
                .filter(c -> c.isTopLevelClass() || c.isMemberClass())
                .filter(c -> !c.getSimpleName().equals("package-info"))
                .collect(groupingBy(JavaClass::getSimpleName, TreeMap::new, mapping(JavaClass::getName, toSet())));
        typesByName.values().removeIf(types -> types.size() == 1);
        assertThat(typesByName).isEmpty();
    }

    @Test
    void timeComesFromAClock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CODE);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = CODE.stream()
                .map(JavaClass::getPackage)
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(toSet());
        assertThat(unmarked).isEmpty();
    }

    private static Set<String> mayUse(String feature) {
        return MAY_USE.getOrDefault(feature, Set.of());
    }

    private static String pkg(String feature) {
        return BASE + "." + feature + "..";
    }

    private static String featureOf(String packageName) {
        if (packageName.equals(BASE)) {
            return API;
        }
        String[] parts = packageName.substring(BASE.length() + 1).split("\\.", 3);
        return parts.length == 1 ? parts[0] : parts[0] + "." + parts[1];
    }

    private static int storeyOf(String feature) {
        return feature.equals(API) ? 0 : feature.startsWith("internal.") ? 1 : 2;
    }

    private static Set<String> reachableFrom(String feature) {
        Set<String> reached = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(mayUse(feature));
        while (!next.isEmpty()) {
            String one = next.remove();
            if (reached.add(one)) {
                next.addAll(mayUse(one));
            }
        }
        return reached;
    }

    private static DescribedPredicate<JavaClass> areFeaturesForbiddenTo(String self) {
        return describe("are features other than " + self + " and " + mayUse(self), c -> {
            if (!c.getPackageName().startsWith(BASE)) {
                return false;
            }
            String feature = featureOf(c.getPackageName());
            return !feature.equals(self) && !mayUse(self).contains(feature);
        });
    }
}
