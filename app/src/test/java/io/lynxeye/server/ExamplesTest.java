package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.lynxeye.config.EndpointConfig;
import io.lynxeye.protocols.tensorflow.BytesList;
import io.lynxeye.protocols.tensorflow.Example;
import io.lynxeye.protocols.tensorflow.Feature;
import io.lynxeye.protocols.tensorflow.Features;
import io.lynxeye.protocols.tensorflow.Int64List;
import io.lynxeye.protocols.tensorflow.serving.ClassificationRequest;
import io.lynxeye.protocols.tensorflow.serving.ClassificationResponse;
import io.lynxeye.protocols.tensorflow.serving.ExampleList;
import io.lynxeye.protocols.tensorflow.serving.ExampleListWithContext;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataRequest;
import io.lynxeye.protocols.tensorflow.serving.Input;
import io.lynxeye.protocols.tensorflow.serving.ModelSpec;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc.PredictionServiceBlockingStub;
import io.lynxeye.protocols.tensorflow.serving.Regression;
import io.lynxeye.protocols.tensorflow.serving.RegressionRequest;
import io.lynxeye.protocols.tensorflow.serving.RegressionResponse;
import io.lynxeye.protocols.tensorflow.serving.SignatureDefMap;
import io.lynxeye.security.Protection;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.store.ModelStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Classify and Regress of TensorFlow Serving, over gRPC and as REST. */
class ExamplesTest {

  private static final Path NOWHERE = Path.of("target", "no-such-store");

  private final Server server =
      new Server(
          TestServer.Settings.DEFAULT.config(),
          Protection.none(),
          new ModelStore(NOWHERE, NOWHERE),
          source -> new ExampleModel(source.id()),
          registration -> {},
          status -> {},
          Telemetry.NONE);
  private int port;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    port = server.listen();
    int grpc = server.open(new EndpointConfig(EndpointConfig.Kind.GRPC, "127.0.0.1", 0));
    server.reconcile(FakeLoader.store(FakeLoader.source("fake", 1))).join();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", grpc).usePlaintext().build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    server.stop();
    assertThat(server.requestLimiter().bytes()).isZero();
  }

  private PredictionServiceBlockingStub client() {
    return PredictionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static Feature number(long value) {
    return Feature.newBuilder().setInt64List(Int64List.newBuilder().addValue(value)).build();
  }

  private static Feature text(String value) {
    return Feature.newBuilder()
        .setBytesList(BytesList.newBuilder().addValue(ByteString.copyFromUtf8(value)))
        .build();
  }

  private static Example example(Map<String, Feature> features) {
    return Example.newBuilder().setFeatures(Features.newBuilder().putAllFeature(features)).build();
  }

  private static Input persons(int... ages) {
    ExampleList.Builder list = ExampleList.newBuilder();
    for (int age : ages) {
      list.addExamples(example(Map.of("age", number(age), "name", text("old"))));
    }
    return Input.newBuilder().setExampleList(list).build();
  }

  private static ModelSpec model(String signature) {
    return ModelSpec.newBuilder().setName("fake").setSignatureName(signature).build();
  }

  private ClassificationResponse classify(String signature, Input input) {
    return client()
        .classify(
            ClassificationRequest.newBuilder()
                .setModelSpec(model(signature))
                .setInput(input)
                .build());
  }

  private RegressionResponse regress(String signature, Input input) {
    return client()
        .regress(
            RegressionRequest.newBuilder().setModelSpec(model(signature)).setInput(input).build());
  }

  private static List<String> shown(ClassificationResponse response) {
    return response.getResult().getClassificationsList().stream()
        .flatMap(row -> row.getClassesList().stream())
        .map(found -> found.getLabel() + " " + found.getScore())
        .toList();
  }

  private static Stream<Float> values(RegressionResponse response) {
    return response.getResult().getRegressionsList().stream().map(Regression::getValue);
  }

  @Test
  void examplesAreClassified() {
    ClassificationResponse answer = classify("", persons(25, 75));

    assertThat(answer.getResult().getClassificationsCount()).isEqualTo(2);
    assertThat(shown(answer)).containsExactly("young 0.75", "old 0.25", "young 0.25", "old 0.75");
    assertThat(answer.getModelSpec().getVersion().getValue()).isEqualTo(1);
    assertThat(answer.getModelSpec().getSignatureName()).isEqualTo("serving_default");
  }

  @Test
  void examplesAreGivenValues() {
    assertThat(values(regress("regression", persons(25, 75)))).containsExactly(25f, 75f);
  }

  @Test
  void theContextBelongsToEveryExample() {
    ExampleListWithContext.Builder list =
        ExampleListWithContext.newBuilder()
            .setContext(example(Map.of("age", number(50), "name", text("half"))))
            .addExamples(Example.getDefaultInstance())
            .addExamples(example(Map.of("age", number(25))));

    ClassificationResponse answer =
        classify("", Input.newBuilder().setExampleListWithContext(list).build());

    assertThat(shown(answer)).containsExactly("young 0.5", "half 0.5", "young 0.75", "half 0.25");
  }

  @Test
  void anotherMethodsSignatureIsRefused() {
    assertThatThrownBy(() -> regress("", persons(1)))
        .hasMessage(
            "INVALID_ARGUMENT: signature 'serving_default' has method"
                + " 'tensorflow/serving/classify', not 'tensorflow/serving/regress'; call Classify,"
                + " or set signature_name to one of regression, wide");
    assertThatThrownBy(() -> classify("predict", persons(1)))
        .hasMessageContaining("has method 'tensorflow/serving/predict'")
        .hasMessageEndingWith("call Predict, or set signature_name to one of serving_default");
    assertThatThrownBy(() -> classify("x", persons(1)))
        .hasMessage(
            "INVALID_ARGUMENT: the model has no signature 'x'; it has serving_default, regression,"
                + " wide, predict");
  }

  @Test
  void whatCannotBeScoredIsRefused() {
    assertThatThrownBy(() -> classify("", Input.getDefaultInstance()))
        .hasMessage("INVALID_ARGUMENT: there is no example; send at least one");
    assertThatThrownBy(() -> regress("wide", persons(1, 2)))
        .hasMessage(
            "INVALID_ARGUMENT: output 'outputs' has shape [2, 2], not a number for each of 2"
                + " examples; call Predict");
  }

  @Test
  void everySignatureIsInTheMetadata() throws InvalidProtocolBufferException {
    SignatureDefMap signatures =
        client()
            .getModelMetadata(
                GetModelMetadataRequest.newBuilder()
                    .setModelSpec(model(""))
                    .addMetadataField("signature_def")
                    .build())
            .getMetadataOrThrow("signature_def")
            .unpack(SignatureDefMap.class);

    assertThat(signatures.getSignatureDefMap())
        .containsOnlyKeys("serving_default", "regression", "wide", "predict");
    assertThat(signatures.getSignatureDefOrThrow("regression").getMethodName())
        .isEqualTo("tensorflow/serving/regress");
    assertThat(signatures.getSignatureDefOrThrow("serving_default").getOutputsMap())
        .containsOnlyKeys("classes", "scores");
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/models/" + path))
                  .POST(BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void examplesAreClassifiedAsRest() throws Exception {
    HttpResponse<String> answer =
        post(
            "fake:classify",
            "{\"context\": {\"name\": \"o\\\"ld\"}, \"examples\": [{\"age\": 25}, {\"age\": [75]}]}");

    assertThat(answer.body())
        .isEqualTo(
            "{\"results\":[[[\"young\",0.75],[\"o\\\"ld\",0.25]],[[\"young\",0.25],[\"o\\\"ld\",0.75]]]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void examplesAreGivenValuesAsRest() throws Exception {
    HttpResponse<String> answer =
        post(
            "fake/versions/1:regress",
            "{\"signature_name\": \"regression\", \"examples\": [{\"age\": 25, \"name\": \"\"}, {\"age\": 75, \"name\": \"\"}]}");

    assertThat(answer.body()).isEqualTo("{\"results\":[25.0,75.0]}");
  }

  @Test
  void theWrongCallIsRefusedAsRest() throws Exception {
    HttpResponse<String> answer = post("fake:regress", "{\"examples\": [{\"age\": 25}]}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":\"signature 'serving_default' has method 'tensorflow/serving/classify', not"
                + " 'tensorflow/serving/regress'; call Classify, or set signature_name to one of"
                + " regression, wide\"}");
  }
}
