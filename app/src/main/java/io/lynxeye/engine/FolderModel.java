package io.lynxeye.engine;

import ai.djl.BaseModel;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import java.nio.file.Path;
import java.util.Map;

/** What a custom translator is shown of a model that was loaded without DJL's own Model. */
final class FolderModel extends BaseModel {

  private final TfSymbolBlock graph;

  /**
   * @param manager closed with the model, as is the block
   */
  FolderModel(String name, Path folder, NDManager manager, TfSymbolBlock block) {
    super(name);
    this.modelDir = folder;
    this.manager = manager;
    this.block = block;
    this.graph = block;
    this.dataType = DataType.FLOAT32;
  }

  @Override
  public void load(Path folder, String prefix, Map<String, ?> options) {
    throw new UnsupportedOperationException("it is loaded already");
  }

  @Override
  public void close() {
    graph.close();
    super.close();
  }
}
