package io.lynxeye.serving.layout;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Models that no engine here runs, and how each is exported to a format that one runs. */
final class ForeignFiles {

  /** How to export a model of PyTorch or another library that is still there in the original. */
  private static final String FROM_ORIGINAL =
      "export the original model with torch.onnx.export(model, x, \"model.onnx\")";

  /**
   * A kind of file.
   *
   * @param endings of file names, in lower case, or whole names
   * @param what what it is
   * @param cure how to export it; {@code %s} is the file's name
   */
  private record Kind(List<String> endings, String what, String cure) {}

  /** What the names say; in the order in which a folder with several is explained. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              List.of(".tflite"),
              "a TensorFlow Lite model",
              "convert it with tf2onnx.convert.from_tflite(\"%s\", output_path=\"model.onnx\")"),
          new Kind(
              List.of(".h5", ".hdf5", ".keras"),
              "a Keras model",
              "export it with keras.models.load_model(\"%s\").export(\"1\")"),
          new Kind(
              List.of(".pt2"),
              "a program of torch.export",
              "convert it with torch.jit.trace(torch.export.load(\"%s\").module(),"
                  + " x).save(\"model.pt\")"),
          new Kind(
              List.of(".pdmodel"),
              "a PaddlePaddle model",
              "convert it with paddle2onnx.export(\"%s\", \"inference.pdiparams\","
                  + " \"model.onnx\")"),
          new Kind(
              List.of(".pdiparams"),
              "the weights of a PaddlePaddle model",
              "convert the model with paddle2onnx.export(\"inference.json\", \"%s\","
                  + " \"model.onnx\")"),
          new Kind(
              List.of(".engine", ".plan", ".trt"),
              "compiled by TensorRT for one kind of GPU",
              FROM_ORIGINAL),
          new Kind(List.of(".mlmodel"), "a Core ML model", FROM_ORIGINAL),
          new Kind(
              List.of("_checkpoint_metadata", "manifest.ocdbt"),
              "part of a checkpoint of Orbax, which has weights and no program",
              "export it with orbax.export.ExportManager(orbax.export.JaxModule(params, apply),"
                  + " [orbax.export.ServingConfig(\"serving_default\","
                  + " input_signature=[spec])]).save(\"1\")"));

  private ForeignFiles() {}

  /** Why a folder without a model holds none; empty if nothing in it looks like one. */
  static Optional<String> refusal(ModelFolder folder) throws IOException, UnusableException {
    Optional<String> special = special(folder);
    if (special.isPresent()) {
      return special;
    }
    for (Kind kind : KINDS) {
      for (String file : folder.files()) {
        String name = FileContent.name(file).toLowerCase(Locale.ROOT);
        if (kind.endings().stream().anyMatch(name::endsWith)) {
          return Optional.of(explained(folder, file, kind));
        }
      }
    }
    return byContent(folder);
  }

  /** A pointer or a web page of that name is not what the name says. */
  private static String explained(ModelFolder folder, String file, Kind kind) throws IOException {
    FileContent content = FileContent.of(folder.path(file));
    if (content == FileContent.LFS_POINTER || content == FileContent.WEB_PAGE) {
      return content.words(file);
    }
    return "%s is %s, which no engine here runs: %s"
        .formatted(file, kind.what(), kind.cure().formatted(FileContent.name(file)));
  }

  /** Models that several files make up. */
  private static Optional<String> special(ModelFolder folder)
      throws IOException, UnusableException {
    if (folder.has("model.weights.h5") && folder.has("config.json")) {
      return Optional.of(
          "it is an unpacked Keras model, which no engine here reads: export it with"
              + " keras.models.load_model(\".\").export(\"1\")");
    }
    for (String file : folder.files()) {
      String stem = file.substring(0, Math.max(0, file.lastIndexOf('.')));
      if (file.endsWith(".xml") && folder.has(stem + ".bin")) {
        return Optional.of(
            "%s is OpenVINO's IR, which no engine here runs and which cannot be converted back: %s"
                .formatted(file, FROM_ORIGINAL));
      }
    }
    if (folder.has("model.json")) {
      Map<?, ?> model = JsonText.object(folder, "model.json");
      if (model.containsKey("weightsManifest") || model.containsKey("modelTopology")) {
        return Optional.of(
            "model.json is a TensorFlow.js model, which no engine here runs: "
                + ("graph-model".equals(model.get("format"))
                    ? "it cannot be converted back, so export the original with"
                        + " tf.saved_model.save(model, \"1\")"
                    : "export it with tensorflowjs.converters.load_keras_model(\"model.json\")"
                        + ".export(\"1\")"));
      }
    }
    return weights(folder);
  }

  private static Optional<String> weights(ModelFolder folder) throws IOException {
    for (String file : folder.files()) {
      boolean isWeights =
          file.endsWith(".safetensors") || FileContent.name(file).equals("pytorch_model.bin");
      FileContent content = isWeights ? FileContent.of(folder.path(file)) : FileContent.OTHER;
      if (content == FileContent.LFS_POINTER || content == FileContent.WEB_PAGE) {
        return Optional.of(content.words(file));
      }
      if (isWeights) {
        return Optional.of(
            "%s has weights and no program, so that no engine runs it: %s"
                .formatted(
                    file,
                    folder.has("config.json")
                        ? "export it with optimum.onnxruntime.ORTModelForImageClassification"
                            + ".from_pretrained(\".\", export=True).save_pretrained(\"onnx\")"
                        : "load them into the model in Python, and export it with"
                            + " torch.jit.trace(model.eval(), x).save(\"model.pt\")"));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> byContent(ModelFolder folder) throws IOException {
    for (String file : folder.files()) {
      FileContent content = FileContent.of(folder.path(file));
      boolean isGraph =
          content == FileContent.GRAPH_DEF && (file.endsWith(".pb") || file.endsWith(".graphdef"));
      boolean isModel =
          switch (content) {
            case OTHER, GRAPH_DEF -> isGraph;
            case WEB_PAGE -> false; // Documentation.
            default -> true;
          };
      if (isModel) {
        return Optional.of(content.words(file));
      }
    }
    return folder.has("model.py")
        ? Optional.of(
            "model.py is Python code, which is not run here: export the model that it calls, for"
                + " example with torch.onnx.export(model, x, \"model.onnx\")")
        : Optional.empty();
  }
}
