package io.lynxeye.aks;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Validates objects as Kubernetes would: its own kinds with its client's classes, others with our
 * schemas. Both reject unknown fields.
 */
final class StrictModel {

  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);

  private StrictModel() {}

  /** Returns the problems; empty if there are none. */
  static List<String> problems(KubeObject object) {
    List<String> problems = new ArrayList<>();
    schemaName(object)
        .ifPresentOrElse(
            name -> problems.addAll(bySchema(name, object)),
            () -> decode(object.toString(), yaml(object.tree()), null, problems));
    if (object.kind().equals("ServingRuntime")) {
      decodeAll(object.maps("spec", "containers"), V1Container.class, problems);
      decodeAll(object.maps("spec", "volumes"), V1Volume.class, problems);
    }
    if (object.kind().equals("InferenceService")) {
      Map<String, Object> security = object.map("spec", "predictor", "securityContext");
      decodeAll(List.of(security), V1PodSecurityContext.class, problems);
    }
    return problems;
  }

  private static Optional<String> schemaName(KubeObject object) {
    String name = "/schemas/" + object.kind() + ".json";
    return Optional.of(name).filter(one -> StrictModel.class.getResource(one) != null);
  }

  private static List<String> bySchema(String name, KubeObject object) {
    try (InputStream file = StrictModel.class.getResourceAsStream(name)) {
      JsonSchema schema = SCHEMAS.getSchema(file);
      return schema.validate(yaml(object.tree()), InputFormat.YAML).stream()
          .map(problem -> object + ": " + problem.getMessage())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void decodeAll(
      List<Map<String, Object>> parts, Class<?> type, List<String> problems) {
    parts.forEach(part -> decode(type.getSimpleName(), yaml(part), type, problems));
  }

  private static void decode(String what, String text, Class<?> type, List<String> problems) {
    try {
      if (type == null) {
        Yaml.load(text);
      } else {
        Yaml.loadAs(text, type);
      }
    } catch (YAMLException | IOException | IllegalArgumentException e) {
      problems.add(what + ": " + e.getMessage());
    }
  }

  private static String yaml(Object tree) {
    return new org.yaml.snakeyaml.Yaml().dump(tree);
  }
}
