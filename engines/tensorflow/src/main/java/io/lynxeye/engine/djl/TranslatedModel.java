package io.lynxeye.engine.djl;

import ai.djl.engine.EngineException;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import io.lynxeye.engine.jpeg.BlankImage;
import io.lynxeye.engine.natives.NativeMemory;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model with a custom translator: the translator gets the request body as sent, and its output is
 * the answer. It decodes on the worker, not on the decode pool, and with its own limits.
 */
final class TranslatedModel implements LoadedModel {

  /** A request body, as sent. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Body(byte[] content) implements PreparedInput {
    @Override
    public long bytes() {
      return content.length;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(TranslatedModel.class);

  private final TranslatorCalls calls;
  private final ModelClasses classes;
  private final ModelDescription description;
  private final int maxBatchSize;
  private final AtomicBoolean blankRefused = new AtomicBoolean();

  TranslatedModel(
      TranslatorCalls calls, ModelClasses classes, ModelDescription description, int maxBatchSize) {
    this.maxBatchSize = maxBatchSize;
    this.calls = calls;
    this.classes = classes;
    this.description = description;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  /** As in DJL Serving, one image per call unless the manifest says more. */
  @Override
  public int maxBatchSize() {
    return maxBatchSize;
  }

  @Override
  public PreparedInput prepare(byte[] body) {
    return new Body(body);
  }

  @Override
  public List<ModelOutput> run(List<PreparedInput> samples) throws InvalidInputException {
    try {
      return translate(samples);
    } catch (TranslatorCalls.InputFailure e) {
      throw refusal((Exception) e.getCause());
    }
  }

  private List<ModelOutput> translate(List<PreparedInput> samples)
      throws InvalidInputException, TranslatorCalls.InputFailure {
    List<Input> inputs =
        samples.stream().map(sample -> ServingMessages.input(((Body) sample).content)).toList();
    List<Output> outputs;
    try {
      outputs = calls.run(inputs);
    } catch (TranslatorCalls.InputFailure | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the model's translator failed on its output", e);
    }
    if (outputs.size() != samples.size()) {
      throw new IllegalStateException(
          "the model's translator returned %d outputs for %d inputs"
              .formatted(outputs.size(), samples.size()));
    }
    ModelOutput[] contents = new ModelOutput[outputs.size()];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = ServingMessages.content(outputs.get(i));
    }
    return List.of(contents);
  }

  /**
   * Translators reject an input with a checked exception or an illegal argument; anything else is a
   * defect of the translator. Its message may contain internals, so it goes to the log only.
   */
  private InvalidInputException refusal(Exception failure) {
    if (failure instanceof RuntimeException defect
        && !(failure instanceof IllegalArgumentException)) {
      throw defect;
    }
    log.info("{} refused an input: {}", description.id(), Causes.chain(failure));
    return ServingMessages.refusal(failure);
  }

  /**
   * Warms up with a blank image. Not every translator takes images: a model whose translator
   * rejects it is served without a warm-up.
   */
  @Override
  public void warmUp(int batchSize) throws InvalidInputException {
    try {
      translate(Collections.nCopies(batchSize, new Body(BlankImage.jpeg())));
    } catch (InvalidInputException e) {
      remark(e);
    } catch (TranslatorCalls.InputFailure e) {
      if (e.getCause() instanceof UnsupportedOperationException) {
        throw new IllegalStateException(
            "its translator needs tensor arithmetic that %s does not have: compute in plain Java, or start with --with-pytorch, whose arithmetic it then uses"
                .formatted(description.engine()),
            e);
      }
      remark(e.getCause());
    } catch (EngineException e) {
      throw new IllegalStateException(
          "it does not take its translator's output (%s)".formatted(Causes.deepest(e)), e);
    }
  }

  private void remark(Throwable refusal) {
    if (!blankRefused.getAndSet(true)) {
      log.warn(
          "{} is not warmed up: its translator rejects a blank JPEG ({})",
          description.id(),
          Causes.chain(refusal));
    }
  }

  @Override
  public void close() {
    try (classes) { // Closed last, even if the engine fails.
      calls.close();
    }
    NativeMemory.trim();
  }
}
