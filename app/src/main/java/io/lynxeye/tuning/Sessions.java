package io.lynxeye.tuning;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelSource;
import java.util.HashMap;
import java.util.Map;

/** One model in several sessions, each with threads of its own; all are closed together. */
final class Sessions implements AutoCloseable {

  private final TunableLoader loader;
  private final ModelSource source;
  private final Map<EngineThreads, LoadedModel> open = new HashMap<>();

  Sessions(TunableLoader loader, ModelSource source) {
    this.loader = loader;
    this.source = source;
  }

  /** The model on these threads, loaded if need be. */
  LoadedModel with(EngineThreads threads) throws ModelLoadException {
    LoadedModel model = open.get(threads);
    if (model == null) {
      model = loader.load(source, threads);
      open.put(threads, model);
    }
    return model;
  }

  @Override
  public void close() {
    open.values().forEach(LoadedModel::close);
    open.clear();
  }
}
