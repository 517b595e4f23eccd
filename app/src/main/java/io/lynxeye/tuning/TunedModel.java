package io.lynxeye.tuning;

import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.lifecycle.Tuning;
import io.lynxeye.model.InvalidInputException;
import java.util.List;
import java.util.Optional;

/** A model of which it is known how it runs best. */
record TunedModel(LoadedModel model, Tuning best) implements LoadedModel {

  @Override
  public ModelDescription description() {
    return model.description();
  }

  @Override
  public Sample prepare(byte[] body) throws InvalidInputException {
    return model.prepare(body);
  }

  @Override
  public Sample prepare(float[] values) throws InvalidInputException {
    return model.prepare(values);
  }

  @Override
  public List<ModelOutput> run(List<Sample> samples) throws InvalidInputException {
    return model.run(samples);
  }

  @Override
  public void warmUp(int batchSize) throws InvalidInputException {
    model.warmUp(batchSize);
  }

  @Override
  public boolean isTunable() {
    return model.isTunable();
  }

  @Override
  public Optional<Tuning> tuning() {
    return Optional.of(best);
  }

  @Override
  public void close() {
    model.close();
  }
}
