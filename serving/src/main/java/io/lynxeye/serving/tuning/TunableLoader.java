package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.ModelSource;
import java.util.List;

/** A loader that can set the precision and the threads of a model. */
public interface TunableLoader extends ModelLoader {

  /**
   * The precisions that a version may run in here. With {@code precision=auto} these can be several
   * to choose from, float32 first.
   *
   * @return at least one
   * @throws ModelLoadException if the manifest asks for one that is not available
   */
  List<PrecisionOption> precisions(ModelSource source) throws ModelLoadException;

  /**
   * Loads a version; takes seconds. Called on the manager's thread.
   *
   * @param tuning ignored by engines without threads per model
   * @param precision one of {@link #precisions}
   * @throws ModelLoadException if it cannot be served as it is
   */
  LoadedModel load(ModelSource source, Tuning tuning, PrecisionOption precision)
      throws ModelLoadException;
}
