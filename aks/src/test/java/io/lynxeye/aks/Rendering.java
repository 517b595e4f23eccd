package io.lynxeye.aks;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The objects that the chart renders for one set of settings.
 *
 * @param hardware selects the values file; only the settings given here override it
 */
record Rendering(
    String name, String hardware, Map<String, String> settings, List<KubeObject> objects) {

  static final Path CHART = Path.of("chart");

  /** Calls Helm as {@code deploy.sh} does: settings, hardware, then the values it looks up. */
  static Rendering of(String name, String hardware, Map<String, String> settings) {
    TemplateCommand helm =
        new Helm(CHART)
            .template()
            .withName("lynxeye")
            .withNamespace("lynxeye")
            .withKubeVersion("1.33.0")
            .withValuesFile(Path.of("settings.yaml"))
            .withValuesFile(CHART.resolve("values-" + hardware + ".yaml"))
            .set("image_repository", "registry.azurecr.io/lynxeye");
    settings.forEach(helm::set);
    return new Rendering(hardware + ", " + name, hardware, settings, parse(helm.call()));
  }

  /** The objects for KServe, which are not part of the chart. */
  static Rendering ofKserve() {
    try {
      List<KubeObject> objects = new ArrayList<>();
      for (String file : List.of("runtime.yaml", "service.yaml")) {
        objects.addAll(parse(Files.readString(Path.of("kserve", file))));
      }
      return new Rendering("KServe", "cpu", Map.of(), objects);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<KubeObject> parse(String text) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    Iterable<Object> documents = new Yaml(new SafeConstructor(strict)).loadAll(text);
    return StreamSupport.stream(documents.spliterator(), false)
        .filter(document -> document != null)
        .map(document -> new KubeObject(Tree.map(document)))
        .toList();
  }

  Stream<KubeObject> all(String kind) {
    return objects.stream().filter(one -> one.kind().equals(kind));
  }

  KubeObject one(String kind, String named) {
    return all(kind).filter(one -> one.name().equals(named)).findFirst().orElseThrow();
  }

  Stream<Pod> pods() {
    return objects.stream().flatMap(Pod::of);
  }

  Rendering copy() {
    List<KubeObject> copies = objects.stream().map(KubeObject::copy).toList();
    return new Rendering(name, hardware, settings, new ArrayList<>(copies));
  }

  @Override
  public String toString() {
    return name;
  }
}
