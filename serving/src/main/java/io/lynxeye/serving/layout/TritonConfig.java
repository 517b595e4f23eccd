package io.lynxeye.serving.layout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Triton's {@code config.pbtxt}, as manifest keys. */
final class TritonConfig {

  private static final int MAX_BATCH_SIZE = 256; // The limits of the manifest's keys.
  private static final int MAX_WORKERS = 64;
  private static final int MAX_DELAY_MILLIS = 60_000;
  private static final int MICROS_PER_MILLI = 1000;

  /** DJL's names of the engines by Triton's platforms and backends. */
  private static final Map<String, String> ENGINES =
      Map.of(
          "tensorflow_savedmodel", "TensorFlow",
          "tensorflow_graphdef", "TensorFlow",
          "tensorflow", "TensorFlow",
          "onnxruntime_onnx", "OnnxRuntime",
          "onnxruntime", "OnnxRuntime",
          "pytorch_libtorch", "PyTorch",
          "pytorch", "PyTorch");

  /** TensorFlow's names of the data types. */
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("TYPE_FP32", "float"),
          Map.entry("TYPE_FP16", "half"),
          Map.entry("TYPE_BF16", "bfloat16"),
          Map.entry("TYPE_FP64", "double"),
          Map.entry("TYPE_INT8", "int8"),
          Map.entry("TYPE_INT16", "int16"),
          Map.entry("TYPE_INT32", "int32"),
          Map.entry("TYPE_INT64", "int64"),
          Map.entry("TYPE_UINT8", "uint8"),
          Map.entry("TYPE_UINT16", "uint16"),
          Map.entry("TYPE_UINT32", "uint32"),
          Map.entry("TYPE_UINT64", "uint64"),
          Map.entry("TYPE_BOOL", "bool"),
          Map.entry("TYPE_STRING", "string"));

  private static final Set<String> CARRIED =
      Set.of(
          "name",
          "platform",
          "backend",
          "runtime",
          "max_batch_size",
          "input",
          "output",
          "instance_group",
          "dynamic_batching",
          "default_model_filename",
          "version_policy",
          "model_warmup");

  private final ModelFolder folder;
  private final String file;
  private final ProtoText config;
  private final Map<String, String> keys = new TreeMap<>();
  private final Set<String> ignored = new TreeSet<>();

  private TritonConfig(ModelFolder folder, String file, ProtoText config) {
    this.folder = folder;
    this.file = file;
    this.config = config;
  }

  /**
   * Reads the file and the labels that it names.
   *
   * @throws UnusableException when it is damaged, or describes what no engine here runs
   */
  static ImpliedKeys read(ModelFolder folder, String file) throws IOException, UnusableException {
    try {
      ProtoText config = ProtoText.parse(folder.text(file));
      return new TritonConfig(folder, file, config).read();
    } catch (IllegalArgumentException e) {
      throw new UnusableException(file + ": " + e.getMessage() + ": correct it");
    }
  }

  private ImpliedKeys read() throws IOException, UnusableException {
    engine();
    long maxBatchSize = batching();
    workers();
    config
        .message("version_policy")
        .flatMap(ProtoText::versions)
        .ifPresent(versions -> keys.put("versions", versions));
    config
        .text("default_model_filename")
        .filter(name -> !name.isEmpty())
        .ifPresent(name -> keys.put(ModelFile.NAME_KEY, name));
    signature("input", "signature.inputs", maxBatchSize > 0);
    signature("output", "signature.outputs", maxBatchSize > 0);
    warmUp();
    List<String> remarks = new ArrayList<>(labels());
    config.names().stream().filter(name -> !CARRIED.contains(name)).forEach(ignored::add);
    if (!ignored.isEmpty()) {
      remarks.add(file + ": these have no effect here: " + String.join(", ", ignored));
    }
    return new ImpliedKeys(keys, remarks);
  }

  private void engine() throws UnusableException {
    String platform = config.text("platform").orElse("");
    String backend = config.text("backend").orElse("");
    if (platform.equals("ensemble") || config.names().contains("ensemble_scheduling")) {
      List<String> steps =
          config.message("ensemble_scheduling").stream()
              .flatMap(scheduling -> scheduling.messages("step").stream())
              .flatMap(step -> step.text("model_name").stream())
              .toList();
      throw new UnusableException(
          "%s describes an ensemble%s, and ensembles are not supported: serve its models alone, and send the output of one to the next"
              .formatted(file, steps.isEmpty() ? "" : " of " + String.join(", ", steps)));
    }
    for (String name : List.of(backend, platform)) {
      if (!name.isEmpty() && !ENGINES.containsKey(name)) {
        throw new UnusableException(
            "%s names %s, which no engine here runs: %s".formatted(file, name, cure(name)));
      }
    }
    String name = backend.isEmpty() ? platform : backend;
    if (!name.isEmpty()) {
      keys.put("engine", ENGINES.get(name));
    }
  }

  private static String cure(String backend) {
    return backend.equals("python")
        ? "export the model that its Python code calls, for example with"
            + " torch.onnx.export(model, x, \"model.onnx\")"
        : "export the original model with torch.onnx.export(model, x, \"model.onnx\")";
  }

  /**
   * @return the largest batch, or 0 if dimension 0 is not the batch
   */
  private long batching() {
    OptionalLong size = config.number("max_batch_size");
    size.ifPresent(
        n -> keys.put("batch_size", Long.toString(Math.max(1, Math.min(n, MAX_BATCH_SIZE)))));
    if (size.orElse(0) > MAX_BATCH_SIZE) {
      ignored.add("max_batch_size above " + MAX_BATCH_SIZE);
    }
    for (ProtoText batching : config.messages("dynamic_batching")) {
      batching
          .number("max_queue_delay_microseconds")
          .ifPresent(
              micros -> {
                long millis = (Math.max(0, micros) + MICROS_PER_MILLI - 1) / MICROS_PER_MILLI;
                keys.put("max_batch_delay", Long.toString(Math.min(millis, MAX_DELAY_MILLIS)));
              });
      ignoreOthers("dynamic_batching", batching, Set.of("max_queue_delay_microseconds"));
    }
    return size.orElse(0);
  }

  private void workers() {
    List<ProtoText> groups = config.messages("instance_group");
    long count = 0;
    for (ProtoText group : groups) {
      count += group.number("count").orElse(1);
      ignoreOthers("instance_group", group, Set.of("name", "count", "kind"));
      if (group.text("kind").filter(kind -> !kind.equals("KIND_AUTO")).isPresent()) {
        ignored.add("instance_group.kind");
      }
    }
    if (count > 0) {
      keys.put("maxWorkers", Long.toString(Math.min(count, MAX_WORKERS)));
    }
  }

  /** The key is left out where the configuration leaves a tensor to the model's file. */
  private void signature(String field, String key, boolean isBatched) {
    List<String> tensors = new ArrayList<>();
    boolean isComplete = true;
    for (ProtoText tensor : config.messages(field)) {
      String name = tensor.text("name").orElse("");
      String type = tensor.text("data_type").orElse("TYPE_INVALID");
      if (!TYPES.containsKey(type) && !type.equals("TYPE_INVALID")) {
        throw new IllegalArgumentException("data_type " + type + " of " + name + " is not known");
      }
      List<String> dims = new ArrayList<>(isBatched ? List.of("-1") : List.of());
      dims.addAll(tensor.texts("dims"));
      isComplete &= !name.isEmpty() && TYPES.containsKey(type) && tensor.names().contains("dims");
      tensors.add("%s: %s [%s]".formatted(name, TYPES.get(type), String.join(", ", dims)));
      ignoreOthers(field, tensor, Set.of("name", "data_type", "dims", "label_filename", "format"));
    }
    if (!tensors.isEmpty() && isComplete) {
      keys.put(key, String.join("; ", tensors));
    }
  }

  /** Zeros stand for random data; recorded data is left out. */
  private void warmUp() {
    List<String> calls = new ArrayList<>();
    for (ProtoText warmUp : config.messages("model_warmup")) {
      long rows = warmUp.number("batch_size").orElse(0);
      List<String> inputs = new ArrayList<>();
      for (ProtoText input : warmUp.messages("inputs")) {
        for (ProtoText tensor : input.messages("value")) {
          List<String> dims = new ArrayList<>(rows > 0 ? List.of(Long.toString(rows)) : List.of());
          dims.addAll(tensor.texts("dims"));
          String type = TYPES.get(tensor.text("data_type").orElse(""));
          inputs.add(
              "%s: %s [%s]".formatted(input.text("key").orElse(""), type, String.join(", ", dims)));
          ignoreOthers(
              "model_warmup.inputs",
              tensor,
              Set.of("data_type", "dims", "zero_data", "random_data"));
        }
      }
      calls.add(String.join("; ", inputs));
    }
    if (!calls.isEmpty()) {
      keys.put("warmup.inputs", String.join("|", calls));
    }
  }

  /** The labels of the first output that has some; they lie beside the file. */
  private List<String> labels() throws IOException, UnusableException {
    Optional<String> named =
        config.messages("output").stream()
            .flatMap(output -> output.text("label_filename").stream())
            .filter(name -> !name.isEmpty())
            .findFirst();
    if (named.isEmpty()) {
      return List.of();
    }
    if (!folder.has(named.get())) {
      return List.of(
          "%s: label_filename names %s, which is not beside it: there are no labels"
              .formatted(file, named.get()));
    }
    keys.put("classLabels", ImpliedKeys.synset(folder.text(named.get()).lines().toList()));
    return List.of();
  }

  private void ignoreOthers(String field, ProtoText message, Set<String> carried) {
    message.names().stream()
        .filter(name -> !carried.contains(name))
        .forEach(name -> ignored.add(field + "." + name));
  }
}
