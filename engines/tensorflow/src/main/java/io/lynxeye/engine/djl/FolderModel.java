package io.lynxeye.engine.djl;

import ai.djl.BaseModel;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import java.nio.file.Path;
import java.util.Map;

/**
 * The DJL {@link Model} that a custom translator sees when the model was loaded without DJL's own
 * Model class.
 */
public final class FolderModel extends BaseModel {

  private final TfSymbolBlock graph;

  /**
   * @param manager closed with the model, like the block
   */
  public FolderModel(String name, Path folder, NDManager manager, TfSymbolBlock block) {
    super(name);
    this.modelDir = folder;
    this.manager = manager;
    this.block = block;
    this.graph = block;
    this.dataType = DataType.FLOAT32;
  }

  @Override
  public void load(Path folder, String prefix, Map<String, ?> options) {
    throw new UnsupportedOperationException("the model is already loaded");
  }

  @Override
  public void close() {
    graph.close();
    super.close();
  }
}
