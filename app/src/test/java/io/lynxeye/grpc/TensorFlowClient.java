package io.lynxeye.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import io.grpc.Channel;
import io.lynxeye.protocols.tensorflow.BytesList;
import io.lynxeye.protocols.tensorflow.DataType;
import io.lynxeye.protocols.tensorflow.Example;
import io.lynxeye.protocols.tensorflow.Feature;
import io.lynxeye.protocols.tensorflow.Features;
import io.lynxeye.protocols.tensorflow.Int64List;
import io.lynxeye.protocols.tensorflow.TensorProto;
import io.lynxeye.protocols.tensorflow.TensorShapeProto;
import io.lynxeye.protocols.tensorflow.serving.ModelServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.ModelServiceGrpc.ModelServiceBlockingStub;
import io.lynxeye.protocols.tensorflow.serving.ModelSpec;
import io.lynxeye.protocols.tensorflow.serving.PredictRequest;
import io.lynxeye.protocols.tensorflow.serving.PredictResponse;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc.PredictionServiceBlockingStub;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What TensorFlow Serving's clients send. */
final class TensorFlowClient {

  private final Channel channel;

  TensorFlowClient(GrpcClient client) {
    this.channel = client.channel();
  }

  /** Calls with a deadline that no test reaches. */
  PredictionServiceBlockingStub blocking() {
    return PredictionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  ModelServiceBlockingStub models() {
    return ModelServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  static ModelSpec model(String name) {
    return ModelSpec.newBuilder().setName(name).build();
  }

  static ModelSpec version(String name, long version) {
    return ModelSpec.newBuilder().setName(name).setVersion(Int64Value.of(version)).build();
  }

  static ModelSpec label(String name, String label) {
    return ModelSpec.newBuilder().setName(name).setVersionLabel(label).build();
  }

  static TensorProto.Builder tensor(DataType type, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return TensorProto.newBuilder().setDtype(type).setTensorShape(shape);
  }

  /** A request with images for the model {@code fake}. */
  static PredictRequest images(String... texts) {
    TensorProto.Builder images = tensor(DataType.DT_STRING, texts.length);
    for (String text : texts) {
      images.addStringVal(ByteString.copyFromUtf8(text));
    }
    return PredictRequest.newBuilder()
        .setModelSpec(model("fake"))
        .putInputs("image_bytes", images.build())
        .build();
  }

  /** The class that each image of an answer shows. */
  static List<Integer> shown(PredictResponse response) {
    List<Float> scores = response.getOutputsOrThrow("scores").getFloatValList();
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      if (scores.get(i) > 0.9f) {
        shown.add(i % 10);
      }
    }
    return shown;
  }

  static Example example(String name, long value) {
    return example(
        name, Feature.newBuilder().setInt64List(Int64List.newBuilder().addValue(value)).build());
  }

  static Example example(String name, String value) {
    return example(
        name,
        Feature.newBuilder()
            .setBytesList(BytesList.newBuilder().addValue(ByteString.copyFromUtf8(value)))
            .build());
  }

  private static Example example(String name, Feature feature) {
    return Example.newBuilder()
        .setFeatures(Features.newBuilder().putFeature(name, feature))
        .build();
  }
}
