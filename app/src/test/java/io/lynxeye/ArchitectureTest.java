package io.lynxeye;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of allowed package dependencies in ARCHITECTURE.md, checked on all modules' classes.
 */
class ArchitectureTest {

  private static final String ROOT = "io.lynxeye.";
  private static final int MAX_TYPES = 16;
  private static final int MAX_LINES = 400;

  /** A package, and the other packages of ours that it may use; {@code x.*} = x and those below. */
  private static final Map<String, String> MAY_USE =
      table(
          """
          archive:
          translators.image:
          translators.format.jpeg: translators.image
          translators.format.tiff: translators.image translators.format.jpeg
          translators.format.webp: translators.image
          translators.format: translators.image translators.format.jpeg translators.format.tiff translators.format.webp
          translators.preprocess: translators.image
          translators.postprocess: translators.preprocess
          translators: translators.*
          serving.liveness:
          serving.manifest:
          serving.model: serving.manifest
          serving.admission:
          serving.batching: serving.admission
          serving.engine: serving.model
          serving.lifecycle: serving.engine serving.batching serving.admission serving.model serving.manifest
          serving.tuning: serving.engine serving.model serving.manifest translators.postprocess
          serving.quantization:
          serving.rollout.verdict:
          serving.rollout.drift: serving.rollout.verdict
          serving.rollout.disagreement: serving.rollout.verdict serving.engine
          serving.json:
          serving.rollout.record: serving.json serving.rollout.verdict serving.model serving.manifest archive
          serving.rollout.watch: serving.json serving.rollout.record serving.rollout.drift serving.rollout.verdict serving.scoring serving.lifecycle serving.engine serving.liveness serving.model serving.manifest archive
          serving.layout: serving.json serving.model serving.manifest
          serving.store: archive serving.layout serving.liveness serving.model serving.manifest
          serving.scoring: serving.lifecycle serving.engine serving.batching serving.admission serving.model translators.postprocess
          serving.observation: serving.scoring serving.engine serving.batching serving.admission serving.model
          serving.tensors: serving.scoring serving.lifecycle serving.engine serving.model translators.postprocess
          serving.rollout: serving.json serving.rollout.record serving.rollout.verdict serving.rollout.disagreement serving.scoring serving.lifecycle serving.engine serving.batching serving.admission serving.model serving.manifest archive
          serving.management: serving.rollout serving.rollout.watch serving.store serving.lifecycle serving.engine serving.batching serving.model serving.manifest
          serving.repository: serving.management serving.observation serving.tensors serving.scoring serving.lifecycle serving.engine serving.batching serving.admission serving.model
          engine.natives: archive
          engine.device: engine.natives serving.engine serving.manifest
          engine.jpeg: engine.natives translators.image translators.format.jpeg
          engine.adapter: engine.jpeg engine.natives serving.engine serving.model serving.manifest translators.*
          engine.djl: engine.adapter engine.device engine.jpeg engine.natives serving.engine serving.model serving.manifest translators.*
          engine: engine.* serving.quantization serving.tuning serving.engine serving.model serving.manifest translators.*
          importers.download: archive
          importers.keras:
          importers.sources: importers.download
          importers.catalogue: importers.download importers.keras
          importers: importers.* archive
          quantizer.graph:
          quantizer.rewrite: quantizer.graph
          quantizer.search: quantizer.graph quantizer.rewrite serving.engine
          quantizer: quantizer.* archive serving.quantization serving.tuning serving.engine serving.model serving.manifest
          config:
          security: config serving.admission serving.liveness
          security.keys: security serving.admission
          security.tls: security config
          telemetry.metrics: serving.rollout serving.rollout.watch serving.rollout.drift serving.rollout.verdict serving.observation serving.scoring serving.lifecycle serving.admission serving.model
          telemetry.logging: security serving.observation serving.scoring config
          telemetry.tracing: serving.observation serving.scoring
          telemetry.collection: telemetry.logging serving.observation serving.scoring serving.engine serving.model
          http.exchange: security serving.*
          http.access: http.exchange security
          http.connection: http.exchange security.tls config serving.observation serving.admission serving.tensors
          http.json: serving.tensors serving.scoring serving.engine serving.model
          http.scoring: http.connection http.exchange http.json serving.admission serving.tensors serving.observation serving.scoring serving.engine serving.model
          http.azure: http.scoring http.exchange http.json serving.observation serving.scoring
          http.djl: http.scoring http.connection http.exchange http.json serving.*
          http.tfserving: http.scoring http.exchange http.json serving.tensors serving.scoring serving.engine serving.model
          http.openinference: http.scoring http.exchange http.json serving.repository serving.tensors serving.scoring serving.lifecycle serving.engine serving.model
          http.triton: http.scoring http.connection http.exchange serving.repository serving.observation serving.tensors serving.model
          http.page: http.exchange config serving.rollout serving.rollout.watch serving.observation serving.lifecycle serving.engine serving.batching serving.model
          http.management: http.djl http.triton http.page http.access http.connection http.exchange security.* config serving.*
          http: http.azure http.djl http.scoring http.tfserving http.openinference http.triton http.page http.access http.connection http.exchange security.* config serving.*
          grpc.call: security serving.observation serving.scoring serving.batching serving.admission serving.model
          grpc.scoring: grpc.call serving.*
          grpc.inference: grpc.call grpc.scoring serving.*
          grpc.tensorflow: grpc.call grpc.scoring serving.*
          grpc: grpc.* security.* config serving.*
          server: http.* grpc.* security.* telemetry.metrics config serving.*
          cli.options: engine.* importers.* security.keys serving.* translators.*
          cli.doctor: cli.options engine.* security security.keys serving.store serving.model translators.format.webp
          cli.models: cli.options cli.score importers.* serving.*
          cli.score: cli.options importers.download serving.*
          cli.serve: archive cli.options server engine.* importers.* security.* telemetry.* config serving.*
          cli: cli.* importers.* quantizer engine engine.adapter engine.device engine.natives security.keys serving.model config
          """);

  /** A library, and the packages that may use it. */
  private static final Map<String, String> LIBRARIES =
      table(
          """
          ai.djl..: engine.* translators
          org.tensorflow..: engine engine.adapter importers.keras importers.sources quantizer.*
          org.bytedeco.javacpp..: engine
          com.google.protobuf..: engine engine.adapter engine.djl importers.keras importers.sources quantizer.* grpc grpc.scoring grpc.inference grpc.tensorflow http.tfserving
          com.sun.management..: engine
          com.sun.jna..: engine.natives engine.device engine.jpeg translators.format.webp
          com.twelvemonkeys..: translators.format.tiff
          org.apache.commons..: archive
          org.apache.hc..: importers.download
          io.vertx..: http.* security.tls server
          io.netty..: http.connection http.exchange http.scoring grpc
          io.grpc..: grpc.*
          io.lynxeye.protocols..: grpc.* http.tfserving
          com.fasterxml.jackson.core..: quantizer serving.quantization http.json http.tfserving http.openinference serving.json serving.scoring telemetry.logging telemetry.collection
          io.micrometer..: telemetry.metrics
          ch.qos.logback..: telemetry.logging
          io.opentelemetry..: telemetry.tracing
          com.nimbusds..: security
          com.google.gson..: cli.* importers.*
          picocli..: cli.*
          """);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.lynxeye");

  private static Map<String, String> table(String lines) {
    Map<String, String> table = new TreeMap<>();
    lines
        .lines()
        .map(line -> line.split(":", 2))
        .forEach(row -> table.put(row[0].trim(), row[1].trim()));
    return table;
  }

  /** Converts package patterns: {@code x.*} means x and the packages below it. */
  private static String[] packages(String names) {
    return Arrays.stream(names.split(" "))
        .filter(name -> !name.isEmpty())
        .map(name -> ROOT + (name.endsWith(".*") ? name.replace(".*", "..") : name))
        .toArray(String[]::new);
  }

  private static ArchRule mayUse(String name, String others) {
    List<String> allowed = new ArrayList<>(List.of(packages(others)));
    allowed.add(ROOT + name);
    return classes()
        .that()
        .resideInAPackage(ROOT + name)
        .should()
        .onlyDependOnClassesThat(
            JavaClass.Predicates.resideOutsideOfPackage("io.lynxeye..")
                .or(JavaClass.Predicates.resideInAPackage("io.lynxeye.protocols.."))
                .or(JavaClass.Predicates.resideInAnyPackage(allowed.toArray(String[]::new))));
  }

  private static void assertFails(ArchRule rule, JavaClasses classes) {
    assertThatThrownBy(() -> rule.check(classes)).isInstanceOf(AssertionError.class);
  }

  private static Stream<String> packages() {
    return MAY_USE.keySet().stream();
  }

  private static Stream<String> libraries() {
    return LIBRARIES.keySet().stream();
  }

  private static Map<String, Long> sizes() {
    return CLASSES.stream()
        .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
        .filter(type -> !type.getPackageName().startsWith(ROOT + "protocols"))
        .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyItsAllowedPackages(String name) {
    mayUse(name, MAY_USE.get(name)).check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({"serving.scoring, ''", "http, http.*", "cli.serve, cli.options"})
  void theRuleFailsIfFewerPackagesAreAllowed(String name, String others) {
    assertFails(mayUse(name, others), CLASSES);
  }

  @Test
  void theTableHasEveryPackage() {
    List<String> named = MAY_USE.keySet().stream().map(name -> ROOT + name).toList();

    assertThat(sizes().keySet()).containsAll(named);
    assertThat(sizes().keySet().stream().filter(name -> !named.contains(name)))
        .containsExactly("io.lynxeye");
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aLibraryIsUsedOnlyByItsAllowedPackages(String library) {
    ArchRule nowhereElse =
        noClasses()
            .that()
            .resideOutsideOfPackages(packages(LIBRARIES.get(library)))
            .and()
            .resideOutsideOfPackage("io.lynxeye.protocols..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library);

    nowhereElse.check(CLASSES);
    assertFails(noClasses().should().dependOnClassesThat().resideInAPackage(library), CLASSES);
  }

  @Test
  void everyLibraryIsInTheTable() {
    List<String> known =
        new ArrayList<>(List.of("java..", "javax..", "io.lynxeye..", "org.slf4j.."));
    known.addAll(LIBRARIES.keySet());

    classes()
        .that()
        .resideOutsideOfPackage("io.lynxeye.protocols..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(known.toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.lynxeye.(**)").should().beFreeOfCycles().check(CLASSES);

    JavaClasses cyclic = new ClassFileImporter().importPackages("java.util", "java.util.stream");
    assertFails(slices().matching("java.(**)").should().beFreeOfCycles(), cyclic);
  }

  @Test
  void packagesHaveThreeToSixteenFiles() {
    assertThat(sizes()) // With package-info.
        .allSatisfy(
            (name, types) ->
                assertThat(types)
                    .as(name)
                    .isBetween(name.equals("io.lynxeye") ? 1L : 2L, (long) MAX_TYPES));
  }

  @Test
  void filesHaveAtMostFourHundredLines() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..").toRealPath())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        if (!file.toString().contains("/target/")) {
          assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(MAX_LINES);
        }
      }
    }
  }

  @Test
  void noPackageIsNamedUtilOrCommonOrHelper() {
    ArchRule named =
        noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..helpers..");

    named.check(CLASSES);
    assertFails(named, new ClassFileImporter().importClasses(ArrayList.class));
  }

  /** Otherwise a HEAD request gets a body over HTTP/2, and responses are compressed blindly. */
  @Test
  void responsesAreSentInOnePlace() {
    ArchRule sent =
        noClasses()
            .that()
            .resideInAPackage(ROOT + "http..")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "http.exchange.Answer")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + "http.scoring.PieceWriter")
            .should()
            .callMethodWhere(
                JavaCall.Predicates.target(HasName.Predicates.nameMatching("end|send|sendFile"))
                    .and(
                        JavaCall.Predicates.target(
                            HasOwner.Predicates.With.owner(
                                JavaClass.Predicates.assignableTo(
                                    "io.vertx.core.http.HttpServerResponse")))))
            .orShould()
            .callMethodWhere(
                JavaCall.Predicates.target(HasName.Predicates.nameMatching("json|end|redirect"))
                    .and(
                        JavaCall.Predicates.target(
                            HasOwner.Predicates.With.owner(
                                JavaClass.Predicates.assignableTo(
                                    "io.vertx.ext.web.RoutingContext")))));

    sent.check(CLASSES);
  }

  @Test
  void staticFieldsAreFinal() {
    ArchRule fixed = fields().that().areStatic().should().beFinal();

    fixed.check(
        CLASSES.that(JavaClass.Predicates.resideOutsideOfPackage("io.lynxeye.protocols..")));
    assertFails(fixed, new ClassFileImporter().importClasses(Changing.class));
  }

  /** A violation that the rule above must find. */
  @SuppressWarnings("UnusedVariable")
  private static final class Changing {
    static int count;
  }
}
