package io.lynxeye.quantizer;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A model without an engine: counts the inputs that it prepared. */
public final class StubModel implements LoadedModel {

  /** What it makes of an image. */
  public static final class Input implements PreparedInput {

    private final byte[] image;
    private boolean isReleased;

    private Input(byte[] image) {
      this.image = image;
    }

    /** The image that it was made of. */
    public byte[] image() {
      return image;
    }

    boolean isReleased() {
      return isReleased;
    }

    @Override
    public long bytes() {
      return 100;
    }

    @Override
    public void release() {
      if (isReleased) {
        throw new IllegalStateException("it was released before");
      }
      isReleased = true;
    }
  }

  private final Takes takes;
  private final Function<Input, ModelOutput> answer;
  private final List<Input> prepared = new ArrayList<>();
  private int most;

  /**
   * A model.
   *
   * @param answer for each input; may throw
   */
  public StubModel(Takes takes, Function<Input, ModelOutput> answer) {
    this.takes = takes;
    this.answer = answer;
  }

  /** All inputs, in order. */
  List<Input> prepared() {
    return prepared;
  }

  /** The most inputs that were there at a time. */
  int most() {
    return most;
  }

  @Override
  public ModelDescription description() {
    List<TensorSpec> inputs = List.of(new TensorSpec("image", "string", Optional.of(List.of(-1L))));
    return new ModelDescription(
        new ModelId("stub", 1),
        "no engine",
        "cpu",
        "fp32",
        "image",
        "scores",
        new ModelSignature(ModelSignature.DEFAULT, inputs, List.of(), takes, true),
        List.of(),
        5);
  }

  @Override
  public PreparedInput prepare(byte[] body) {
    prepared.add(new Input(body));
    most = Math.max(most, (int) prepared.stream().filter(input -> !input.isReleased).count());
    return prepared.get(prepared.size() - 1);
  }

  @Override
  public List<ModelOutput> run(List<PreparedInput> samples) throws InvalidInputException {
    List<ModelOutput> outputs = new ArrayList<>();
    for (PreparedInput sample : samples) {
      Input input = (Input) sample;
      if (input.isReleased) {
        throw new IllegalStateException("it was released before its last use");
      }
      if (input.image.length == 0) {
        throw new InvalidInputException("an empty image");
      }
      outputs.add(answer.apply(input));
    }
    return outputs;
  }

  @Override
  public void warmUp(int batchSize) {}

  @Override
  public void close() {}
}
