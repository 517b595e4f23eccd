package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.server.TestServer;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.StoredModel;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A default model that serves nothing says why, in every protocol, and when waiting helps. */
class DefaultModelTest {

  private static final String TENSORS = "{\"instances\": [{\"b64\": \"Nw==\"}]}";

  @AutoClose private final TestServer server = TestServer.listening(TestServer.Settings.DEFAULT);

  @AutoClose private final GrpcClient client = new GrpcClient(server.listenGrpc());

  private void serve(Map<String, String> settings) {
    server
        .server()
        .reconcile(
            List.of(
                new StoredModel(
                    "fake", ModelSettings.of(settings), List.of(FakeLoader.source("fake", 1)))))
        .join();
  }

  private List<HttpResponse<String>> answers() {
    return List.of(
        server.post("/score", "7"),
        server.post("/invocations", "7"),
        server.post("/predictions/fake", "7"),
        server.post("/v1/models/fake:predict", TENSORS),
        server.get("/v1/models/fake/metadata"),
        server.get("/v2/models/fake"),
        server.send(
            server
                .request("/v2/models/fake/infer")
                .header("Inference-Header-Content-Length", "0")
                .POST(BodyPublishers.ofString("7"))));
  }

  private void assertUnavailable(String why, boolean waitingHelps) {
    for (HttpResponse<String> answer : answers()) {
      String request = answer.request().uri().getPath();
      assertThat(answer.statusCode()).as(request).isEqualTo(503);
      assertThat(answer.body()).as(request).contains(why);
      assertThat(answer.headers().firstValue("Retry-After").isPresent())
          .as(request)
          .isEqualTo(waitingHelps);
    }
    Status refusal = client.refusal(GrpcClient.images("7"));
    assertThat(refusal.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(refusal.getDescription()).contains(why);
  }

  @Test
  void oneThatIsStillLoadedIsWorthWaitingFor() {
    assertUnavailable("the model is still being loaded; try again", true);
  }

  @Test
  void oneThatIsUnloadedSaysSo() {
    serve(Map.of("enabled", "false"));

    assertUnavailable("the model 'fake' is unloaded; load it on the management port", false);
  }

  @Test
  void oneThatWasRemovedSaysSo() {
    serve(Map.of());
    server.server().reconcile(List.of()).join();

    assertUnavailable("the model 'fake' has no version in the model store", false);
  }

  @Test
  void oneThatIsBrokenSaysSo() {
    server.loader().fail("fake", 1, "its graph is cut off");
    serve(Map.of());

    assertUnavailable("the model 'fake' failed to load; the server's log has the reason", false);
  }

  @Test
  void anotherModelThatIsUnloadedOrBrokenSaysSo() {
    server.loader().fail("b", 1, "its graph is cut off");
    server
        .server()
        .reconcile(
            List.of(
                new StoredModel(
                    "a",
                    ModelSettings.of(Map.of("enabled", "false")),
                    List.of(FakeLoader.source("a", 1))),
                new StoredModel("b", ModelSettings.DEFAULT, List.of(FakeLoader.source("b", 1)))))
        .join();

    assertThat(server.post("/predictions/a", "7").statusCode()).isEqualTo(404);
    assertThat(server.post("/predictions/a", "7").body()).contains("model 'a' is unloaded");
    assertThat(server.post("/predictions/b", "7").body()).contains("model 'b' failed to load");
    assertThat(server.post("/predictions/c", "7").body()).contains("no model 'c' is available");
  }
}
