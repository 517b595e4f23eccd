package io.lynxeye.engine.adapter;

import io.lynxeye.engine.natives.NativeMemory;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded model of any engine. Inputs that may share an inference call do: images, and rows of a
 * batched signature that have the same shape. Others run one by one.
 */
public final class GraphModel implements LoadedModel {

  private static final int MAX_MESSAGE = 300;
  private static final Logger log = LoggerFactory.getLogger(GraphModel.class);

  /** The tensors of a request, or one row of each. */
  private record Call(ModelSignature signature, List<Tensor> tensors) implements PreparedInput {

    /** What inputs must have in common to share a call. */
    Object kind() {
      return signature.isBatched()
          ? List.of(signature.name(), tensors.stream().map(Tensor::spec).toList())
          : new Object(); // Not this: it may be equal to another request.
    }

    @Override
    public long bytes() {
      return tensors.stream().mapToLong(GraphModel::bytes).sum();
    }
  }

  private static long bytes(Tensor tensor) {
    return tensor.data().remaining() + tensor.strings().stream().mapToLong(s -> s.length).sum();
  }

  private final ModelGraph graph;
  private final ModelDescription description;
  private final int maxBatchSize;
  private final Optional<ImageInput> images;
  private final OutputSelection selection;
  private final Optional<Tuning> tuning;

  /** The inputs of each warm-up call with zeros. */
  private final List<List<TensorSpec>> zeros;

  /**
   * @param graph closed with this
   * @param images makes the default signature's input of images; empty if nothing says how
   * @param tuning the settings of the graph; empty if the engine has none for a single model
   * @param zeros the inputs of each warm-up call with zeros
   */
  public GraphModel(
      ModelGraph graph,
      ModelDescription description,
      Optional<ImageInput> images,
      OutputSelection selection,
      Optional<Tuning> tuning,
      List<List<TensorSpec>> zeros) {
    this.graph = graph;
    this.description = description;
    this.maxBatchSize = maxBatchSize(description);
    this.images = images;
    this.selection = selection;
    this.zeros = zeros;
    this.tuning = tuning;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public PreparedInput prepare(byte[] body) throws InvalidInputException {
    if (images.isEmpty()) {
      throw new InvalidInputException(
          "the model takes no images: " + description.noImages().orElseThrow());
    }
    return images.get().prepare(body);
  }

  @Override
  public PreparedInput prepare(ModelInput.Tensors input) throws InvalidInputException {
    ModelSignature signature = input.signature();
    List<Tensor> tensors = input.all();
    if (images.isPresent() && tensors.stream().anyMatch(tensor -> !tensor.isFinite())) {
      throw new InvalidInputException("a tensor has a value that is not a finite number");
    }
    boolean isImage = signature.isBatched() && signature.equals(description.signature());
    Optional<ImageInput.Row> row =
        isImage ? images.flatMap(image -> image.prepare(tensors.get(0))) : Optional.empty();
    return row.isPresent() ? row.get() : new Call(signature, tensors);
  }

  @Override
  public int maxBatchSize() {
    return maxBatchSize;
  }

  private static int maxBatchSize(ModelDescription description) {
    long fixed = description.signature().input().rows();
    boolean isBatched = description.signatures().stream().anyMatch(ModelSignature::isBatched);
    return !isBatched ? 1 : fixed > 0 ? Math.toIntExact(fixed) : Integer.MAX_VALUE;
  }

  @Override
  public List<ModelOutput> run(List<PreparedInput> samples) throws InvalidInputException {
    return run(graph, samples);
  }

  private List<ModelOutput> run(ModelGraph session, List<PreparedInput> samples)
      throws InvalidInputException {
    ModelOutput[] outputs = new ModelOutput[samples.size()];
    for (List<Integer> group : groups(samples)) {
      List<ModelOutput> results = runAlike(session, group.stream().map(samples::get).toList());
      for (int i = 0; i < group.size(); i++) {
        outputs[group.get(i)] = results.get(i);
      }
    }
    return List.of(outputs);
  }

  /** The positions of the inputs that share a call, no more than the model can take at once. */
  private List<List<Integer>> groups(List<PreparedInput> samples) {
    Map<Object, List<Integer>> open = new LinkedHashMap<>();
    List<List<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Object kind =
          samples.get(i) instanceof Call call ? call.kind() : ImageInput.class; // All images alike.
      List<Integer> group = open.get(kind);
      if (group == null || group.size() >= maxBatchSize) {
        group = new ArrayList<>();
        open.put(kind, group);
        groups.add(group);
      }
      group.add(i);
    }
    return groups;
  }

  private List<ModelOutput> runAlike(ModelGraph session, List<PreparedInput> samples)
      throws InvalidInputException {
    if (samples.get(0) instanceof Call call) {
      try {
        return rows(session, call.signature(), joined(samples), samples.size());
      } catch (RejectedInputException e) {
        log.info("{} rejects an input: {}", description.id(), e.getMessage());
        throw new InvalidInputException("the model rejects these values: " + forCallers(e));
      }
    }
    ImageInput image = images.orElseThrow();
    try (ImageInput.Batch batch =
        image.batch(samples.stream().map(ImageInput.Row.class::cast).toList())) {
      return rows(session, description.signature(), List.of(batch.tensor()), samples.size());
    } catch (RejectedInputException e) {
      if (image.isDecodedInGraph()) {
        throw new InvalidInputException(
            "the model could not decode the image; send a complete JPEG or PNG file");
      }
      throw new IllegalStateException(e.getMessage(), e); // A defect of the model.
    }
  }

  /** The engine's message without names of nodes, which are the model's internals. */
  private static String forCallers(RejectedInputException e) {
    String message = e.getMessage().replaceAll("\\{\\{.*?}}", "a node");
    return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + " ..." : message;
  }

  private static List<Tensor> joined(List<PreparedInput> samples) {
    List<Tensor> tensors = new ArrayList<>(((Call) samples.get(0)).tensors());
    for (int i = 0; samples.size() > 1 && i < tensors.size(); i++) {
      int input = i;
      tensors.set(
          i,
          Tensor.join(
              samples.stream().map(sample -> ((Call) sample).tensors().get(input)).toList()));
    }
    return tensors;
  }

  /** Runs rows that share a call; a fixed batch is filled up with copies of the last row. */
  private List<ModelOutput> rows(
      ModelGraph session, ModelSignature signature, List<Tensor> inputs, int count)
      throws RejectedInputException {
    long fixed = signature.isBatched() ? signature.input().rows() : -1;
    int padded = fixed > 0 ? Math.toIntExact(fixed) : count;
    List<Tensor> sent =
        fixed > 0 ? inputs.stream().map(tensor -> Rows.pad(tensor, padded)).toList() : inputs;
    List<Tensor> outputs = session.run(signature, sent);
    if (images.isPresent() && outputs.stream().anyMatch(output -> !output.isFinite())) {
      throw new NotNumbersException("the model's output holds values that are not numbers");
    }
    if (count == 1 && padded == 1) {
      return List.of(selection.result(outputs));
    }
    List<ModelOutput> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int row = i;
      rows.add(
          selection.result(outputs.stream().map(output -> Rows.one(output, row, padded)).toList()));
    }
    return rows;
  }

  /**
   * Runs blank images, or tensors of zeros. A model that takes no images is served even if it
   * rejects zeros.
   */
  @Override
  public void warmUp(int batchSize) throws InvalidInputException {
    for (ModelGraph session : graph.sessions()) {
      warmUp(session, batchSize);
    }
    if (batchSize == 1) { // The first run optimises the graph and leaves copies of its weights.
      NativeMemory.trimAfterLoad();
      images.ifPresent(ImageInput::rehearse);
    }
  }

  private void warmUp(ModelGraph session, int batchSize) throws InvalidInputException {
    if (batchSize == 1 && warmUpWithRequests(session)) {
      log.info("{} is warmed up with the requests in its folder", description.id());
    } else if (images.isEmpty()) {
      warmUpWithZeros(session, batchSize);
    } else {
      run(session, Collections.nCopies(batchSize, images.get().blank()));
    }
  }

  private static boolean warmUpWithRequests(ModelGraph session) throws InvalidInputException {
    try {
      return session.warmUp() > 0;
    } catch (RejectedInputException e) {
      throw new InvalidInputException("it rejects a request of its warm-up: " + e.getMessage());
    }
  }

  private void warmUpWithZeros(ModelGraph session, int batchSize) {
    ModelSignature signature = description.signature();
    for (List<TensorSpec> inputs : zeros) {
      if (inputs.stream().map(TensorSpec::datatype).anyMatch(Optional::isEmpty)) {
        return; // The model does not say what it takes.
      }
      try {
        List<Tensor> sent = inputs.stream().map(input -> Rows.zeros(input, batchSize)).toList();
        rows(session, signature, sent, signature.isBatched() ? batchSize : 1);
      } catch (UnsupportedOperationException e) { // Then it could not answer any request.
        throw e;
      } catch (RejectedInputException | RuntimeException e) {
        log.info("{} is not warmed up: it rejects zeros ({})", description.id(), e.getMessage());
      }
    }
  }

  @Override
  public Optional<Tuning> tuning() {
    return tuning;
  }

  @Override
  public void close() {
    graph.close();
    NativeMemory.trim();
  }
}
