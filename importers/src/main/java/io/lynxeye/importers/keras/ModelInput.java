package io.lynxeye.importers.keras;

import com.google.gson.JsonArray;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorInfo;

/** The input of the model, as pixels or as JPEG files, and its placeholder in the graph. */
record ModelInput(int height, int width, int channels) {
  private static final String PIXELS = "pixels";
  private static final String IMAGE_BYTES = "image_bytes";

  static ModelInput of(LayersModel model) throws InvalidModelException {
    for (Layer layer : model.layers()) {
      if (layer.name().equals(model.input()) && layer.type().equals("InputLayer")) {
        try {
          JsonArray shape = layer.config().getAsJsonArray("batch_input_shape");
          if (shape.size() == 4) {
            return new ModelInput(
                shape.get(1).getAsInt(), shape.get(2).getAsInt(), shape.get(3).getAsInt());
          }
        } catch (RuntimeException e) {
          // Absent, or a length is not a number: reported below.
        }
        throw layer.unsupported("batch_input_shape");
      }
    }
    throw new InvalidModelException("The input layer " + model.input() + " is missing.");
  }

  Tensor pixels(Graph graph) {
    placeholder(graph, PIXELS, DataType.DT_FLOAT, -1, height, width, channels);
    return new Tensor(PIXELS, 4, channels);
  }

  TensorInfo pixelsInfo() {
    return SavedModelWriter.tensor(PIXELS, DataType.DT_FLOAT, -1, height, width, channels);
  }

  Tensor jpeg(Graph graph, Preprocessing preprocessing) throws InvalidModelException {
    if (preprocessing.height() != height || preprocessing.width() != width || channels != 3) {
      throw new InvalidModelException(
          "The model takes %d x %d pixels in %d channels, the preprocessing makes another size."
              .formatted(width, height, channels));
    }
    placeholder(graph, IMAGE_BYTES, DataType.DT_STRING, -1);
    return new JpegFront(graph, preprocessing).write(IMAGE_BYTES);
  }

  TensorInfo jpegInfo() {
    return SavedModelWriter.tensor(IMAGE_BYTES, DataType.DT_STRING, -1);
  }

  private static void placeholder(Graph graph, String name, DataType type, long... shape) {
    AttrValue dimensions = AttrValue.newBuilder().setShape(Op.shape(shape)).build();
    graph.add(Op.of("Placeholder", name).type("dtype", type).attr("shape", dimensions).build());
  }
}
