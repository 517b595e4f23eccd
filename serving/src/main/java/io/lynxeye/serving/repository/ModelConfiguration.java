package io.lynxeye.serving.repository;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.tensors.ModelMetadata;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a version is run, in the terms of Triton's model configuration.
 *
 * @param platform such as {@code tensorflow_savedmodel}
 * @param backend such as {@code tensorflow}
 * @param versions the versions that are served
 * @param maxBatchSize the largest batch; 0 if the tensors have no open batch dimension
 * @param instances inference calls that may run at once
 * @param gpu the number of the GPU; empty = the CPU
 * @param maxDelay how long a worker waits for a batch to fill
 */
public record ModelConfiguration(
    String name,
    String platform,
    String backend,
    List<Long> versions,
    int maxBatchSize,
    List<Tensor> inputs,
    List<Tensor> outputs,
    int instances,
    OptionalInt gpu,
    Duration maxDelay) {

  private static final Pattern GPU = Pattern.compile("gpu:?([0-9]+)?.*");
  private static final int IMAGE_RANK = 3;

  /**
   * An input or output.
   *
   * @param dims -1 = any size; without the batch dimension if the model has one
   * @param isReshaped whether a tensor of the model has only the batch dimension; in Triton's
   *     configuration it then has dims [1]
   */
  public record Tensor(String name, String datatype, List<Long> dims, boolean isReshaped) {

    private static Tensor of(ModelMetadata.Tensor tensor, boolean isBatched) {
      List<Long> shape = tensor.shape();
      if (!isBatched || shape.isEmpty()) {
        return new Tensor(tensor.name(), tensor.datatype(), shape, false);
      }
      boolean isReshaped = shape.size() == 1;
      return new Tensor(
          tensor.name(),
          tensor.datatype(),
          isReshaped ? List.of(1L) : shape.subList(1, shape.size()),
          isReshaped);
    }

    /** The name of the type: {@code TYPE_FP32}. */
    public String type() {
      return datatype.equals(Datatype.BYTES.name()) ? "TYPE_STRING" : "TYPE_" + datatype;
    }

    /**
     * {@code FORMAT_NHWC} or {@code FORMAT_NCHW} of an image's pixels, else {@code FORMAT_NONE}.
     */
    public String format() {
      if (dims.size() == IMAGE_RANK && isChannels(dims.get(IMAGE_RANK - 1))) {
        return "FORMAT_NHWC";
      }
      return dims.size() == IMAGE_RANK && isChannels(dims.get(0)) ? "FORMAT_NCHW" : "FORMAT_NONE";
    }

    private static boolean isChannels(long size) {
      return size == 1 || size == 3;
    }
  }

  /**
   * The configuration of a version.
   *
   * @param served every version of every model
   */
  static ModelConfiguration of(ServedModel model, Collection<ServedModel> served) {
    return of(model.description(), model.policy(), model.workers(), served);
  }

  static ModelConfiguration of(
      ModelDescription model, BatchPolicy policy, int workers, Collection<ServedModel> served) {
    ModelMetadata metadata = ModelMetadata.of(model, served);
    String engine = model.engine();
    boolean isBatched =
        model.signature().isBatched()
            && Stream.concat(metadata.inputs().stream(), metadata.outputs().stream())
                .allMatch(input -> !input.shape().isEmpty() && input.shape().get(0) == -1);
    return new ModelConfiguration(
        metadata.name(),
        platform(engine),
        backend(engine),
        metadata.versions().stream().map(Long::valueOf).toList(),
        isBatched ? policy.maxBatchSize() : 0,
        metadata.inputs().stream().map(input -> Tensor.of(input, isBatched)).toList(),
        metadata.outputs().stream().map(output -> Tensor.of(output, isBatched)).toList(),
        workers,
        gpu(model.device()),
        policy.maxDelay());
  }

  private static String platform(String engine) {
    return switch (backend(engine)) {
      case "tensorflow" -> "tensorflow_savedmodel";
      case "onnxruntime" -> "onnxruntime_onnx";
      case "pytorch" -> "pytorch_libtorch";
      default -> engine;
    };
  }

  /** Parses {@code TensorFlow 2.18.0}. */
  private static String backend(String engine) {
    for (String known : List.of("TensorFlow", "OnnxRuntime", "PyTorch")) {
      if (engine.startsWith(known)) {
        return known.toLowerCase(Locale.ROOT);
      }
    }
    return engine;
  }

  /** Parses {@code cpu} or {@code gpu:0 (NVIDIA H200)}. */
  private static OptionalInt gpu(String device) {
    Matcher gpu = GPU.matcher(device);
    if (!gpu.matches()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
  }
}
