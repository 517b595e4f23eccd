package io.lynxeye.engine;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.lynxeye.engine.adapter.ModelAdapter.Content;
import io.lynxeye.engine.adapter.ProtoFields;
import io.lynxeye.engine.adapter.TensorSpecs;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.MetaGraphDef.MetaInfoDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;

/** What a SavedModel says of itself: its tags, its signatures, and what its strings are. */
final class SavedModel {

  private static final String SERVE = "serve";
  private static final Set<String> DECODERS =
      Set.of(
          "DecodeJpeg",
          "DecodePng",
          "DecodeBmp",
          "DecodeGif",
          "DecodeImage",
          "DecodeAndCropJpeg",
          "DecodeWebP");
  private static final Set<String> UNPACKERS =
      Set.of("ParseExample", "ParseExampleV2", "ParseSingleExample", "DecodeBase64");

  private static final Set<String> PYTHON = Set.of("PyFunc", "PyFuncStateless", "EagerPyFunc");

  private SavedModel() {}

  /**
   * The tags of the meta graph to load: those of the manifest, else {@code serve}, else those of
   * the only one.
   *
   * @throws ModelLoadException when that selects none
   */
  static String[] tags(Path file, ModelManifest manifest) throws ModelLoadException {
    if (manifest.arguments().containsKey("option.Tags")) {
      return Stream.of(manifest.tags().split("\\s*,\\s*"))
          .filter(tag -> !tag.isEmpty())
          .toArray(String[]::new);
    }
    List<List<String>> sets = infos(file).stream().map(SavedModel::tags).toList();
    if (sets.isEmpty() || sets.contains(List.of(SERVE))) {
      return new String[] {SERVE};
    }
    if (sets.size() == 1) {
      return sets.get(0).toArray(String[]::new);
    }
    throw new ModelLoadException(
        "it has no meta graph with the tag 'serve'; set option.Tags to one of: "
            + sets.stream().map(tags -> String.join(",", tags)).collect(Collectors.joining("; ")));
  }

  /** The version of TensorFlow that exported a file; empty if the file does not say. */
  static Optional<String> exportedBy(Path file) throws ModelLoadException {
    return infos(file).stream()
        .map(MetaInfoDef::getTensorflowVersion)
        .filter(version -> !version.isEmpty())
        .findFirst();
  }

  /** Reads what describes the graphs alone: these may be large. */
  private static List<MetaInfoDef> infos(Path file) throws ModelLoadException {
    List<MetaInfoDef> infos = new ArrayList<>();
    try {
      if (file.toString().endsWith(".pbtxt")) {
        var text = org.tensorflow.proto.SavedModel.newBuilder();
        try (Reader reader = Files.newBufferedReader(file)) {
          TextFormat.merge(reader, text);
        }
        text.getMetaGraphsList().forEach(graph -> infos.add(graph.getMetaInfoDef()));
        return infos;
      }
      try (InputStream stream = Files.newInputStream(file)) {
        CodedInputStream in = CodedInputStream.newInstance(stream);
        in.setSizeLimit(Integer.MAX_VALUE);
        ProtoFields.read(
            in,
            (field, graph) ->
                field == org.tensorflow.proto.SavedModel.META_GRAPHS_FIELD_NUMBER
                    && infos.add(info(graph)));
      }
      return infos;
    } catch (InvalidProtocolBufferException | TextFormat.ParseException e) {
      throw new ModelLoadException(
          "%s is not a SavedModel: %s".formatted(file.getFileName(), e.getMessage()), e);
    } catch (IOException e) {
      throw new ModelLoadException("it cannot be read: " + e.getMessage(), e);
    }
  }

  private static MetaInfoDef info(CodedInputStream graph) throws IOException {
    MetaInfoDef.Builder info = MetaInfoDef.newBuilder(); // Without it there are no tags.
    ProtoFields.message(
        graph,
        (field, part) -> {
          if (field != MetaGraphDef.META_INFO_DEF_FIELD_NUMBER) {
            return false;
          }
          info.mergeFrom(part.readByteArray());
          return true;
        });
    return info.build();
  }

  private static List<String> tags(MetaInfoDef info) {
    return info.getTagsList().stream().toList();
  }

  /**
   * Every signature that can be served, the default first.
   *
   * @throws ModelLoadException when the manifest's signature cannot be served, or the model has no
   *     signature
   */
  static List<ModelSignature> signatures(
      Map<String, SignatureDef> definitions, ModelManifest manifest) throws ModelLoadException {
    Map<String, SignatureDef> all = new TreeMap<>(definitions);
    all.keySet().removeIf(name -> name.startsWith("__saved_model"));
    String wanted = manifest.signature();
    if (all.size() == 1 && !manifest.arguments().containsKey("option.SignatureDefKey")) {
      wanted = all.keySet().iterator().next();
    }
    if (all.isEmpty()) {
      throw new ModelLoadException(
          "it has no signature, so nothing says what it takes; export it with one:"
              + " tf.saved_model.save(model, path, signatures={'serving_default':"
              + " tf.function(model).get_concrete_function(tf.TensorSpec(...))})");
    }
    if (!all.containsKey(wanted)) {
      throw new ModelLoadException(
          "it has no signature '%s'; set option.SignatureDefKey to one of %s"
              .formatted(wanted, all.keySet()));
    }
    ModelSignature first = signature(wanted, all.remove(wanted));
    requireServable(first);
    List<ModelSignature> signatures = new ArrayList<>(List.of(first));
    all.forEach((name, definition) -> signatures.add(signature(name, definition)));
    signatures.removeIf(signature -> !isServable(signature));
    return signatures;
  }

  /** Outputs that no protocol carries, such as complex numbers, are left out. */
  private static ModelSignature signature(String name, SignatureDef definition) {
    ModelSignature all = TensorSpecs.of(name, definition);
    List<TensorSpec> outputs =
        all.outputs().stream()
            .filter(output -> output.datatype().isPresent())
            .filter(output -> !definition.getOutputsMap().get(output.name()).getName().isEmpty())
            .toList();
    boolean isDense =
        definition.getInputsMap().values().stream().noneMatch(input -> input.getName().isEmpty());
    return new ModelSignature(
        name, isDense ? all.inputs() : List.of(), outputs, all.takes(), false, all.method());
  }

  private static boolean isServable(ModelSignature signature) {
    return !signature.outputs().isEmpty()
        && !signature.inputs().isEmpty()
        && signature.inputs().stream().allMatch(input -> input.datatype().isPresent());
  }

  private static void requireServable(ModelSignature signature) throws ModelLoadException {
    if (!isServable(signature)) {
      throw new ModelLoadException(
          "its signature '%s' takes or returns no dense tensors of numbers or strings: inputs [%s], outputs [%s]; export one that does, or set option.SignatureDefKey to another"
              .formatted(
                  signature.name(),
                  TensorSpec.describe(signature.inputs()),
                  TensorSpec.describe(signature.outputs())));
    }
  }

  /**
   * Refuses a graph that TensorFlow loads and cannot run.
   *
   * @throws ModelLoadException when it calls Python
   */
  static void requireRunnable(GraphDef graph) throws ModelLoadException {
    if (operations(graph).stream().anyMatch(PYTHON::contains)) {
      throw new ModelLoadException(
          "it calls Python (tf.numpy_function or tf.py_function), and a SavedModel does not hold"
              + " that code; export it with TensorFlow's own operations instead");
    }
  }

  /** Whether the graph decodes image files and unpacks nothing else, or rescales pixels. */
  static Content content(GraphDef graph) {
    Set<String> operations = operations(graph);
    if (operations.stream().anyMatch(DECODERS::contains)) {
      return operations.stream().anyMatch(UNPACKERS::contains) ? Content.UNKNOWN : Content.DECODES;
    }
    boolean rescales = // The name of Keras's layer is in the names of its operations.
        nodes(graph)
            .anyMatch(node -> node.getName().toLowerCase(Locale.ROOT).contains("rescaling"));
    return rescales ? Content.RESCALES : Content.UNKNOWN;
  }

  private static Set<String> operations(GraphDef graph) {
    return nodes(graph).map(NodeDef::getOp).collect(Collectors.toSet());
  }

  private static Stream<NodeDef> nodes(GraphDef graph) {
    return Stream.concat(
        graph.getNodeList().stream(),
        graph.getLibrary().getFunctionList().stream()
            .flatMap(function -> function.getNodeDefList().stream()));
  }
}
