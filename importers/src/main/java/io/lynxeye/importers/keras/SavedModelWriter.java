package io.lynxeye.importers.keras;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * A frozen graph with its signature as {@code saved_model.pb}: one meta graph, tag {@code serve}.
 */
final class SavedModelWriter {
  private static final String TENSORFLOW_VERSION = "2.16.1";
  private static final int BUFFER_BYTES = 1 << 16;

  private SavedModelWriter() {}

  static SignatureDef signature(TensorInfo input, TensorInfo probabilities, TensorInfo classes) {
    String key = input.getName().substring(0, input.getName().indexOf(':'));
    return SignatureDef.newBuilder()
        .setMethodName("tensorflow/serving/predict")
        .putInputs(key, input)
        .putOutputs("probabilities", probabilities)
        .putOutputs("classes", classes)
        .build();
  }

  static TensorInfo tensor(String node, DataType type, long... shape) {
    return TensorInfo.newBuilder()
        .setName(node + ":0")
        .setDtype(type)
        .setTensorShape(Op.shape(shape))
        .build();
  }

  /** Writes through a small buffer: the weights are in memory once and are not copied here. */
  static void write(GraphDef graph, SignatureDef signature, Path file) throws IOException {
    MetaGraphDef meta =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(
                MetaGraphDef.MetaInfoDef.newBuilder()
                    .addTags("serve")
                    .setTensorflowVersion(TENSORFLOW_VERSION))
            .setGraphDef(graph)
            .putSignatureDef("serving_default", signature)
            .putSignatureDef("predict", signature)
            .build();
    SavedModel model =
        SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
    try (OutputStream stream = Files.newOutputStream(file)) {
      CodedOutputStream coded = CodedOutputStream.newInstance(stream, BUFFER_BYTES);
      model.writeTo(coded);
      coded.flush();
    }
  }
}
