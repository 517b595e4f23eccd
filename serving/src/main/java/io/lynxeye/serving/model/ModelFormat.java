package io.lynxeye.serving.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The format of a version's files, which selects the engine. */
public enum ModelFormat {
  /** A folder with {@code saved_model.pb}, or with the same as text in {@code .pbtxt}. */
  SAVED_MODEL("TensorFlow", "saved_model.pb", "saved_model.pbtxt"),

  /** A file that ends in {@code .onnx}. */
  ONNX("OnnxRuntime", ".onnx"),

  /** A TorchScript program, not a bare state dictionary; most often it ends in {@code .pt}. */
  TORCH_SCRIPT("PyTorch", ".pt", ".torchscript", ".pth");

  private final String engine;

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed.
  private final List<String> endings;

  ModelFormat(String engine, String... endings) {
    this.engine = engine;
    this.endings = List.of(endings);
  }

  /** DJL's name of the engine that runs it, as in {@code engine=} of a manifest. */
  public String engine() {
    return engine;
  }

  /** The endings of its files, the usual one first; of a SavedModel, the whole names. */
  public List<String> endings() {
    return endings;
  }

  /** Whether a file of this name may be a model of this format. */
  public boolean isFile(String name) {
    return this == SAVED_MODEL ? endings.contains(name) : endings.stream().anyMatch(name::endsWith);
  }

  /** The format of a file by its name; empty if it is not a model file. */
  public static Optional<ModelFormat> ofFile(String name) {
    return Arrays.stream(values()).filter(format -> format.isFile(name)).findFirst();
  }

  /** The valid file names, for messages: {@code saved_model.pb, *.onnx or *.pt}. */
  public static String expected() {
    return Arrays.stream(values())
        .map(format -> (format == SAVED_MODEL ? "" : "*") + format.endings.get(0))
        .collect(Collectors.joining(", "))
        .replaceFirst(", (?=[^,]*$)", " or ");
  }
}
