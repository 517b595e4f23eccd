package io.lynxeye;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use whom: the table of ARCHITECTURE.md, checked. */
class ArchitectureTest {

  private static final String ROOT = "io.lynxeye";
  private static final String JDK = "java..";
  private static final String LOG = "org.slf4j..";

  /** Each package, and the packages of ours and of others that it may use. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("model", Set.of(JDK)),
          Map.entry("batching", Set.of(JDK)),
          Map.entry("config", Set.of(JDK)),
          Map.entry("security", Set.of(JDK, LOG, our("config"), "com.nimbusds..")),
          Map.entry("store", Set.of(JDK, LOG, our("model"), "io.lynxeye.importers.archive..")),
          Map.entry("lifecycle", Set.of(JDK, LOG, our("model"), our("batching"))),
          Map.entry(
              "scoring",
              Set.of(JDK, our("model"), our("batching"), our("lifecycle"), our("translators"))),
          Map.entry(
              "engine",
              Set.of(
                  JDK,
                  "javax.imageio..",
                  LOG,
                  our("model"),
                  our("lifecycle"),
                  our("tuning"),
                  our("translators"),
                  "ai.djl..",
                  "org.tensorflow..",
                  "com.google.protobuf..",
                  "com.sun.jna..")),
          Map.entry("tuning", Set.of(JDK, LOG, our("model"), our("lifecycle"))),
          Map.entry(
              "management",
              Set.of(JDK, LOG, our("model"), our("batching"), our("lifecycle"), our("store"))),
          Map.entry("tensors", Set.of(JDK, our("model"), our("lifecycle"), our("scoring"))),
          Map.entry(
              "metrics",
              Set.of(
                  JDK,
                  our("model"),
                  our("batching"),
                  our("lifecycle"),
                  our("scoring"),
                  "io.micrometer..")),
          Map.entry("tracing", Set.of(JDK, our("scoring"), "io.opentelemetry..")),
          Map.entry(
              "collection",
              Set.of(JDK, LOG, our("scoring"), our("lifecycle"), our("model"), our("logging"))),
          Map.entry("logging", Set.of(JDK, LOG, our("scoring"), our("config"), "ch.qos.logback..")),
          Map.entry(
              "grpc",
              Set.of(
                  JDK,
                  LOG,
                  our("tensors"),
                  our("scoring"),
                  our("security"),
                  our("lifecycle"),
                  our("batching"),
                  our("model"),
                  our("config"),
                  our("protocols"),
                  "io.grpc..",
                  "io.netty..",
                  "com.google.protobuf..")),
          Map.entry(
              "http",
              Set.of(
                  JDK,
                  "javax.net.ssl..",
                  LOG,
                  our("tensors"),
                  our("management"),
                  our("model"),
                  our("batching"),
                  our("lifecycle"),
                  our("scoring"),
                  our("security"),
                  our("config"),
                  "io.vertx..",
                  "io.netty..",
                  "com.fasterxml.jackson.core..")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  private static String our(String name) {
    return ROOT + "." + name + "..";
  }

  private static ArchRule mayUse(String name, Set<String> others) {
    String[] allowed = Stream.concat(Stream.of(our(name)), others.stream()).toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(our(name))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed);
  }

  private static void assertFails(ArchRule rule, JavaClasses classes) {
    assertThatThrownBy(() -> rule.check(classes)).isInstanceOf(AssertionError.class);
  }

  private static Stream<String> packages() {
    return MAY_USE.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyWhatLiesBelowIt(String name) {
    mayUse(name, MAY_USE.get(name)).check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void thatRuleFailsWhereLessIsAllowed(String name) {
    assertFails(mayUse(name, Set.of()), CLASSES);
  }

  @Test
  void theTableKnowsEveryPackageButThoseAtTheTop() {
    Set<String> known =
        MAY_USE.keySet().stream().map(name -> ROOT + "." + name).collect(Collectors.toSet());
    known.addAll(Set.of(ROOT, ROOT + ".cli"));

    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .isEqualTo(known);
  }

  /** The library, and who alone may use it: a package of ours, or one class at the top. */
  @ParameterizedTest
  @CsvSource({
    "ai.djl.., engine, none",
    "org.tensorflow.., engine, none",
    "com.sun.jna.., engine, none",
    "io.vertx.., http, io.lynxeye.Endpoints",
    "io.grpc.., grpc, none",
    "io.lynxeye.protocols.., grpc, none",
    "io.netty.., http, io.lynxeye.grpc.Connections",
    "com.fasterxml.jackson.core.., http, none",
    "io.micrometer.., metrics, none",
    "ch.qos.logback.., logging, none",
    "io.opentelemetry.., tracing, none",
    "com.nimbusds.., security, none",
    "com.google.gson.., cli, none",
    "picocli.., cli, none",
    "io.lynxeye.importers, cli, none",
    "io.lynxeye.importers.archive.., store, none"
  })
  void aLibraryStaysWhereItBelongs(String library, String owner, String topClass) {
    ArchRule nowhereElse =
        noClasses()
            .that()
            .resideOutsideOfPackage(our(owner))
            .and()
            .doNotHaveFullyQualifiedName(topClass)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library);
    ArchRule nowhere = noClasses().should().dependOnClassesThat().resideInAPackage(library);

    nowhereElse.check(CLASSES);
    assertFails(nowhere, CLASSES);
  }

  /** Main calls the command line, which makes the Server: the top is no slice of its own. */
  @Test
  void packagesFormNoCycle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);

    assertFails(slices().matching("(**)").should().beFreeOfCycles(), CLASSES);
  }

  @Test
  void nothingIsCalledUtilOrCommonOrHelper() {
    ArchRule named =
        noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..helpers..");

    named.check(CLASSES);
    assertFails(named, new ClassFileImporter().importClasses(ArrayList.class));
  }

  @Test
  void nothingStaticChanges() {
    ArchRule fixed = fields().that().areStatic().should().beFinal();

    fixed.check(CLASSES);
    assertFails(fixed, new ClassFileImporter().importClasses(Changing.class));
  }

  /** What the rule above is there to find. */
  @SuppressWarnings("UnusedVariable")
  private static final class Changing {
    static int count;
  }
}
