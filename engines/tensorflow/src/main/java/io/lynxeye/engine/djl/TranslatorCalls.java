package io.lynxeye.engine.djl;

import ai.djl.Model;
import ai.djl.inference.Predictor.PredictorContext;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.translate.Batchifier;
import ai.djl.translate.StackBatchifier;
import ai.djl.translate.Translator;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls a translator as DJL's Predictor does, but in separate steps: a failure on the input may be
 * the caller's fault, a later one is not. Thread-safe; as in DJL Serving, all threads share the
 * translator.
 */
final class TranslatorCalls implements AutoCloseable {

  /** A translator failed on its input; the cause is its exception. */
  static final class InputFailure extends Exception {

    private static final long serialVersionUID = 1L;

    InputFailure(Exception cause) {
      super(cause);
    }
  }

  private final Model model;
  private final NDManager manager;
  private final ParameterStore parameters;
  private final Translator<Input, Output> translator;
  private final Batchifier batchifier;

  /**
   * @param model closed with this
   */
  TranslatorCalls(Model model, Translator<Input, Output> translator) throws Exception {
    this.model = model;
    this.manager = model.getNDManager().newSubManager();
    this.parameters = new ParameterStore(manager, false);
    this.translator = translator;
    this.batchifier = translator.getBatchifier();
    try (PredictorContext context = context()) {
      translator.prepare(context);
    }
  }

  private PredictorContext context() {
    return new PredictorContext(model, manager, null);
  }

  /**
   * Runs one inference call for all inputs, or one per input if the translator does not batch.
   *
   * @throws InputFailure when the translator failed on an input
   * @throws Exception when the engine failed, or the translator on the output
   */
  List<Output> run(List<Input> inputs) throws Exception {
    try (PredictorContext context = context()) {
      if (batchifier != null) {
        NDList batch = together(context, inputs);
        return apart(context, forward(batch));
      }
      List<Output> outputs = new ArrayList<>();
      for (Input input : inputs) {
        outputs.add(translator.processOutput(context, forward(read(context, input))));
      }
      return outputs;
    }
  }

  private NDList forward(NDList batch) {
    return batch.isEmpty() ? new NDList() : model.getBlock().forward(parameters, batch, false);
  }

  private NDList read(PredictorContext context, Input input) throws InputFailure {
    try {
      return translator.processInput(context, input);
    } catch (Exception e) {
      throw new InputFailure(e);
    }
  }

  private NDList together(PredictorContext context, List<Input> inputs) throws InputFailure {
    if (!isStacked()) {
      try {
        return translator.batchProcessInput(context, inputs);
      } catch (Exception e) {
        throw new InputFailure(e);
      }
    }
    List<NDList> items = new ArrayList<>();
    for (Input input : inputs) {
      items.add(read(context, input));
    }
    return PlainBatchifier.INSTANCE.batchify(items.toArray(NDList[]::new));
  }

  private List<Output> apart(PredictorContext context, NDList batch) throws Exception {
    if (!isStacked()) {
      return translator.batchProcessOutput(context, batch);
    }
    List<Output> outputs = new ArrayList<>();
    for (NDList item : PlainBatchifier.INSTANCE.unbatchify(batch)) {
      outputs.add(translator.processOutput(context, item));
    }
    return outputs;
  }

  /**
   * Most translators stack their inputs, which needs tensor operations that ONNX Runtime lacks;
   * {@link PlainBatchifier} does without, on every engine.
   */
  private boolean isStacked() {
    return batchifier instanceof StackBatchifier;
  }

  @Override
  public void close() {
    manager.close();
    model.close();
  }
}
