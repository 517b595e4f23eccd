package io.lynxeye.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a version's files are, which decides the engine that runs them. */
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

  /** The engine that runs it, in DJL's words, as in {@code engine=} of a manifest. */
  public String engine() {
    return engine;
  }

  /** Whether a file of this name holds, or stands for, a model of this format. */
  public boolean isFile(String name) {
    return this == SAVED_MODEL ? name.equals(ending) : name.endsWith(ending);
  }

  /** The format of a file by its name; empty when it is none of a model. */
  public static Optional<ModelFormat> ofFile(String name) {
    return Arrays.stream(values()).filter(format -> format.isFile(name)).findFirst();
  }

  /** For messages: {@code saved_model.pb, *.onnx or *.pt}. */
  public static String expected() {
    return Arrays.stream(values())
        .map(format -> format == SAVED_MODEL ? format.ending : "*" + format.ending)
        .collect(Collectors.joining(", "))
        .replaceFirst(", (?=[^,]*$)", " or ");
  }
}
