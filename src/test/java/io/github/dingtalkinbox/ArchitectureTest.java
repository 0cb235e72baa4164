package io.github.dingtalkinbox;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
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
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import picocli.CommandLine;

/** The shape of the program. {@link #MAY_USE} is the only place to edit when it changes on purpose. */
class ArchitectureTest {
    private static final String BASE = "io.github.dingtalkinbox";

    static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("event", Set.of()),
            Map.entry("crypto", Set.of()),
            Map.entry("schema", Set.of()),
            Map.entry("job", Set.of()),
            Map.entry("inbox", Set.of("event", "schema")),
            Map.entry("queue", Set.of("event", "inbox")),
            Map.entry("approval", Set.of("event")),
            Map.entry("handler", Set.of("event")),
            Map.entry("timing", Set.of("event", "inbox", "job")),
            Map.entry("recovery", Set.of("event", "inbox", "job")),
            Map.entry("webhook", Set.of("event", "crypto", "inbox")),
            Map.entry("warmup", Set.of("event", "approval", "inbox", "webhook")),
            Map.entry("health", Set.of("queue")),
            Map.entry("archive", Set.of()),
            Map.entry("retention", Set.of("archive")),
            Map.entry("metrics", Set.of("event", "inbox", "queue", "retention", "seal")),
            Map.entry("tracing", Set.of("event", "inbox")),
            Map.entry("access", Set.of()),
            Map.entry("console", Set.of("audit", "queue", "retention", "seal")),
            Map.entry("embedded", Set.of("access", "crypto", "seal")),
            Map.entry("seal", Set.of("job")),
            Map.entry("audit", Set.of()),
            Map.entry("cli", Set.of("event", "crypto", "archive", "audit", "embedded", "queue", "retention", "seal")));

    /** Classes whose instances serve one call on one thread, and then are gone. */
    private static final Set<String> SINGLE_USE = Set.of("JsonReading");

    static final Set<String> FEATURES = MAY_USE.keySet();

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(BASE);

    @ParameterizedTest
    @FieldSource("FEATURES")
    void usesOnlyWhatTheTableAllows(String feature) {
        noClasses()
                .that()
                .resideInAPackage(pkg(feature))
                .should()
                .dependOnClassesThat(areFeaturesForbiddenTo(feature))
                .check(CODE);
    }

    @Test
    void everyFeatureIsInTheTable() {
        Set<String> found = CODE.stream()
                .map(c -> featureOf(c.getPackageName()))
                .filter(f -> !f.isEmpty())
                .collect(toSet());
        assertThat(found).isEqualTo(MAY_USE.keySet());
    }

    @Test
    void featuresFormNoCycle() {
        slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void cryptoIsPlainJava() {
        classes()
                .that()
                .resideInAPackage(pkg("crypto"))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "javax.crypto..", "org.jspecify..", pkg("crypto")))
                .allowEmptyShould(true)
                .check(CODE);
    }

    @Test
    void eventIsPlainJavaAndReadsJson() {
        classes()
                .that()
                .resideInAPackage(pkg("event"))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "org.jspecify..", "tools.jackson..", pkg("event")))
                .check(CODE);
    }

    @Test
    void theCoreKnowsNoWeb() {
        noClasses()
                .that()
                .resideInAnyPackage(pkg("inbox"), pkg("queue"), pkg("retention"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..", "jakarta.servlet..")
                .check(CODE);
    }

    /** A host application need not have Micrometer. */
    @Test
    void onlyMetricsAndTracingKnowMicrometer() {
        noClasses()
                .that()
                .resideOutsideOfPackages(pkg("metrics"), pkg("tracing"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(CODE);
    }

    @Test
    void onlyPackagePrivateTableClassesUseJdbcStatements() {
        classes()
                .that(describe("call JdbcClient.sql", c -> c.getMethodCallsFromSelf().stream()
                        .anyMatch(m -> m.getTargetOwner().getSimpleName().equals("JdbcClient")
                                && m.getName().equals("sql"))))
                .should()
                .bePackagePrivate()
                .andShould()
                .haveModifier(JavaModifier.FINAL)
                .check(CODE);
    }

    @Test
    void fieldsAreFinal() {
        fields().that()
                .doNotHaveModifier(JavaModifier.VOLATILE)
                // Command line options are written by the parser.
                .and()
                .areNotAnnotatedWith(CommandLine.Option.class)
                .and()
                .areDeclaredInClassesThat(describe("outlive a call", c -> !SINGLE_USE.contains(outermost(c))))
                .should()
                .beFinal()
                .check(CODE);
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

    private static String outermost(JavaClass c) {
        return c.getEnclosingClass().map(ArchitectureTest::outermost).orElse(c.getSimpleName());
    }

    private static Set<String> mayUse(String feature) {
        return MAY_USE.getOrDefault(feature, Set.of());
    }

    private static String pkg(String feature) {
        return BASE + "." + feature + "..";
    }

    private static String featureOf(String packageName) {
        if (!packageName.startsWith(BASE + ".")) {
            return "";
        }
        String rest = packageName.substring(BASE.length() + 1);
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    private static DescribedPredicate<JavaClass> areFeaturesForbiddenTo(String self) {
        return describe("are features other than " + self + " and " + mayUse(self), c -> {
            String feature = featureOf(c.getPackageName());
            return !feature.isEmpty() && !feature.equals(self) && !mayUse(self).contains(feature);
        });
    }
}
