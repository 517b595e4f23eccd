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

/** The allowed dependencies of every package: the table of ARCHITECTURE.md. */
class ArchitectureTest {

  private static final String ROOT = "io.lynxeye";
  private static final String JDK = "java..";
  private static final String LOG = "org.slf4j..";

  /** Each package, and the packages that it may use: ours and those of libraries. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("model", Set.of(JDK)),
          Map.entry("admission", Set.of(JDK)),
          Map.entry("batching", Set.of(JDK, our("admission"))),
          Map.entry("config", Set.of(JDK)),
          Map.entry("security", Set.of(JDK, LOG, our("config"), "com.nimbusds..")),
          Map.entry("store", Set.of(JDK, LOG, our("model"), "io.lynxeye.importers.archive..")),
          Map.entry("lifecycle", Set.of(JDK, LOG, our("model"), our("admission"), our("batching"))),
          Map.entry(
              "scoring",
              Set.of(
                  JDK,
                  our("model"),
                  our("admission"),
                  our("batching"),
                  our("lifecycle"),
                  our("translators"),
                  "com.fasterxml.jackson.core..")),
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
                  our("admission"),
                  our("lifecycle"),
                  our("scoring"),
                  "io.micrometer..")),
          Map.entry("tracing", Set.of(JDK, our("scoring"), "io.opentelemetry..")),
          Map.entry(
              "collection",
              Set.of(
                  JDK,
                  LOG,
                  our("scoring"),
                  our("lifecycle"),
                  our("model"),
                  our("logging"),
                  "com.fasterxml.jackson.core..")),
          Map.entry(
              "logging",
              Set.of(
                  JDK,
                  LOG,
                  our("scoring"),
                  our("config"),
                  "ch.qos.logback..",
                  "com.fasterxml.jackson.core..")),
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
                  our("admission"),
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
                  our("admission"),
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
  void aPackageUsesOnlyTheOnesBelowIt(String name) {
    mayUse(name, MAY_USE.get(name)).check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void theRuleFailsIfLessIsAllowed(String name) {
    assertFails(mayUse(name, Set.of()), CLASSES);
  }

  @Test
  void theTableHasEveryPackageExceptTheTopOnes() {
    Set<String> known =
        MAY_USE.keySet().stream().map(name -> ROOT + "." + name).collect(Collectors.toSet());
    known.addAll(Set.of(ROOT, ROOT + ".cli"));

    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .isEqualTo(known);
  }

  /** A library, and the only packages, or the only other class, that may use it. */
  @ParameterizedTest
  @CsvSource({
    "ai.djl.., engine, none",
    "org.tensorflow.., engine, none",
    "com.sun.jna.., engine, none",
    "io.vertx.., http, io.lynxeye.Endpoints",
    "io.grpc.., grpc, none",
    "io.lynxeye.protocols.., grpc, none",
    "io.netty.., http, io.lynxeye.grpc.Connections",
    "com.fasterxml.jackson.core.., http scoring logging collection, none",
    "io.micrometer.., metrics, none",
    "ch.qos.logback.., logging, none",
    "io.opentelemetry.., tracing, none",
    "com.nimbusds.., security, none",
    "com.google.gson.., cli, none",
    "picocli.., cli, none",
    "io.lynxeye.importers, cli, none",
    "io.lynxeye.importers.archive.., store, none"
  })
  void aLibraryIsUsedByItsOwnersOnly(String library, String owners, String otherClass) {
    ArchRule nowhereElse =
        noClasses()
            .that()
            .resideOutsideOfPackages(
                Stream.of(owners.split(" ")).map(ArchitectureTest::our).toArray(String[]::new))
            .and()
            .doNotHaveFullyQualifiedName(otherClass)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library);
    ArchRule nowhere = noClasses().should().dependOnClassesThat().resideInAPackage(library);

    nowhereElse.check(CLASSES);
    assertFails(nowhere, CLASSES);
  }

  /** The root package is not a slice: Main calls the command line, which creates the Server. */
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

  /** What the rule above must find. */
  @SuppressWarnings("UnusedVariable")
  private static final class Changing {
    static int count;
  }
}
