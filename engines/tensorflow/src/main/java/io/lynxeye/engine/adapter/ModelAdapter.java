package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.ImageDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a model is served, from its signatures and its manifest: with images or without, in batches
 * or one request at a time, and which output has the class scores.
 */
public final class ModelAdapter {

  private static final Logger log = LoggerFactory.getLogger(ModelAdapter.class);

  private static final String OUTPUTS = "outputs";
  private static final String WARM_UP = "warmup.inputs";

  private final ModelSource source;
  private final List<String> labels;
  private final Optional<ImageInput> images;
  private final Optional<String> noImages;
  private final List<ModelSignature> signatures;
  private final OutputSelection selection;

  private ModelAdapter(
      ModelSource source,
      List<String> labels,
      Optional<ImageInput> images,
      Optional<String> noImages,
      List<ModelSignature> signatures,
      OutputSelection selection) {
    this.source = source;
    this.labels = labels;
    this.images = images;
    this.noImages = noImages;
    this.signatures = signatures;
    this.selection = selection;
  }

  /** What a graph does with its input, as far as its operations tell. */
  public enum Content {
    /** It decodes image files. */
    DECODES,
    /** It scales pixels of 0 to 255 itself. */
    RESCALES,
    UNKNOWN
  }

  /** What turns images into a model's input, or why nothing does. */
  public record Images(Optional<ImageInput> input, Optional<String> refusal) {

    private static Images of(ImageInput input) {
      return new Images(Optional.of(input), Optional.empty());
    }

    /** None for a signature that takes several images at once and does not answer each alone. */
    private Images possible(ModelSignature signature) {
      boolean isPossible =
          signature.input().rows() <= 1 || Rows.areCounted(signature.inputs(), signature.outputs());
      return input.isEmpty() || isPossible
          ? this
          : none(
              "it takes %d images at once, and its outputs (%s) are not one per image; send tensors"
                  .formatted(signature.input().rows(), TensorSpec.describe(signature.outputs())));
    }

    private static Images none(String reason) {
      return new Images(Optional.empty(), Optional.of(reason));
    }

    /**
     * Decides how a signature gets images.
     *
     * @param content what the graph does with its input
     * @param layout the usual layout of the engine's models
     * @throws ModelLoadException when the manifest describes images that do not fit the input
     */
    public static Images of(
        ModelManifest manifest,
        ImageDecoder decoder,
        ModelSignature signature,
        Content content,
        String layout)
        throws ModelLoadException {
      TensorSpec input = signature.input();
      int rank = input.shape().map(List::size).orElse(-1);
      if (signature.inputs().size() > 1) {
        return none(
            "it has %d inputs (%s); send them as tensors"
                .formatted(signature.inputs().size(), TensorSpec.describe(signature.inputs())));
      }
      if (input.type().equals(Datatype.BYTES.tensorFlowType())) {
        return content == Content.DECODES && rank <= 2
            ? of(new EncodedInput(decoder, input))
            : none(
                "its input '%s' takes strings that are not image files; send them as tensors"
                    .formatted(input.name()));
      }
      if (rank != -1 && rank != 3 && rank != 4) {
        return none("its input is no image (%s); send tensors".formatted(input));
      }
      return PreprocessingKeys.areIn(manifest)
          ? of(PixelInput.of(decoder, manifest, input, layout))
          : none(PreprocessingKeys.missing(input, content == Content.RESCALES));
    }
  }

  /**
   * Decides how a model is served.
   *
   * @param known its signatures as the engine knows them, the default first
   * @throws ModelLoadException when the manifest does not fit the model
   */
  public static ModelAdapter of(ModelSource source, Images wanted, List<ModelSignature> known)
      throws ModelLoadException {
    ModelManifest manifest = source.manifest();
    List<String> labels = LabelFile.read(source);
    ModelSignature first = chosen(known.get(0), manifest);
    Images images = wanted.possible(first);
    OutputSelection selection;
    try {
      selection = OutputSelection.of(first.outputs(), manifest, labels);
    } catch (ModelLoadException e) {
      if (labels.isEmpty() || !LabelFile.areImplied(source)) {
        throw e;
      }
      log.warn("{} is served without the labels in its folder: {}", source.id(), e.getMessage());
      labels = List.of();
      selection = OutputSelection.of(first.outputs(), manifest, labels);
    }
    boolean isDeclared = images.input().isPresent() || manifest.maxBatchSize().orElse(1) > 1;
    Takes takes =
        images
            .input()
            .map(image -> image.isDecodedInGraph() ? Takes.IMAGES : Takes.BOTH)
            .orElse(Takes.TENSORS);
    List<ModelSignature> signatures =
        Stream.concat(Stream.of(first), known.stream().skip(1))
            .map(
                signature ->
                    new ModelSignature(
                        signature.name(),
                        signature.inputs(),
                        signature.outputs(),
                        signature.equals(first) ? takes : Takes.TENSORS,
                        isDeclared
                            && (signature.equals(first) || images.input().isEmpty())
                            && Rows.areCounted(signature.inputs(), signature.outputs()),
                        signature.method()))
            .toList();
    return new ModelAdapter(
        source, labels, images.input(), images.refusal(), signatures, selection);
  }

  /** The signature with the outputs that the manifest lists in {@code outputs}. */
  private static ModelSignature chosen(ModelSignature all, ModelManifest manifest)
      throws ModelLoadException {
    if (!manifest.arguments().containsKey(OUTPUTS)) {
      return all;
    }
    List<TensorSpec> outputs = new ArrayList<>();
    for (String name : manifest.arguments().get(OUTPUTS).trim().split("\\s*,\\s*", -1)) {
      outputs.add(
          all.outputs().stream()
              .filter(output -> output.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ModelLoadException(
                          "it has no output '%s'; set outputs to some of: %s"
                              .formatted(name, TensorSpec.describe(all.outputs())))));
    }
    return new ModelSignature(
        all.name(), all.inputs(), outputs, all.takes(), all.isBatched(), all.method());
  }

  /** The signatures, as they are served. */
  public List<ModelSignature> signatures() {
    return signatures;
  }

  /** The warm-up calls that another server's file describes, or one with the model's own shapes. */
  private List<List<TensorSpec>> zeros(ModelSignature signature) {
    String described = source.manifest().arguments().getOrDefault(WARM_UP, "");
    List<List<TensorSpec>> calls =
        Stream.of(described.split("\\|", -1))
            .map(TensorSpec::parse)
            .map(call -> inOrder(call, signature.inputs()))
            .filter(call -> call.size() == signature.inputs().size())
            .toList();
    return calls.isEmpty() ? List.of(signature.inputs()) : calls;
  }

  private static List<TensorSpec> inOrder(List<TensorSpec> call, List<TensorSpec> inputs) {
    return inputs.stream()
        .flatMap(input -> call.stream().filter(part -> part.name().equals(input.name())))
        .toList();
  }

  /**
   * The model on an engine.
   *
   * @param graph closed with the result
   * @param tuning the settings of the graph; empty if the engine has none for a single model
   */
  public LoadedModel on(
      ModelGraph graph, String engine, String device, String precision, Optional<Tuning> tuning) {
    ModelSignature signature = signatures.get(0);
    ModelDescription description =
        new ModelDescription(
            source.id(),
            engine,
            device,
            precision,
            TensorSpec.describe(signature.inputs()),
            selection.describe(signature.outputs()),
            signature,
            signatures.subList(1, signatures.size()),
            selection.name(),
            labels,
            source.manifest().topK(),
            noImages);
    return new GraphModel(graph, description, images, selection, tuning, zeros(signature));
  }
}
