package io.lynxeye.serving.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The format of a version's files, which selects the engine. */
public enum ModelFormat {
  /** A folder with {@code saved_model.pb}. */
  SAVED_MODEL("TensorFlow", "saved_model.pb"),

  /** A file that ends in {@code .onnx}. */
  ONNX("OnnxRuntime", ".onnx"),

  /** A file that ends in {@code .pt}: a TorchScript program, not a bare state dictionary. */
  TORCH_SCRIPT("PyTorch", ".pt");

  private final String engine;
  private final String ending;

  ModelFormat(String engine, String ending) {
    this.engine = engine;
    this.ending = ending;
  }

  /** DJL's name of the engine that runs it, as in {@code engine=} of a manifest. */
  public String engine() {
    return engine;
  }

  /** Whether a file of this name is a model of this format. */
  public boolean isFile(String name) {
    return this == SAVED_MODEL ? name.equals(ending) : name.endsWith(ending);
  }

  /** The format of a file by its name; empty if it is not a model file. */
  public static Optional<ModelFormat> ofFile(String name) {
    return Arrays.stream(values()).filter(format -> format.isFile(name)).findFirst();
  }

  /** The valid file names, for messages: {@code saved_model.pb, *.onnx or *.pt}. */
  public static String expected() {
    return Arrays.stream(values())
        .map(format -> format == SAVED_MODEL ? format.ending : "*" + format.ending)
        .collect(Collectors.joining(", "))
        .replaceFirst(", (?=[^,]*$)", " or ");
  }
}
