package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestManagement;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call of the management port, valid and invalid, with its status and a part of its response,
 * in order on one server. Prints the table.
 */
class ManagementTableTest {

  private static final List<String> TABLE =
      """
      GET /models | 200 | "modelName" : "cats"
      GET /models?limit=1 | 200 | "nextPageToken" : "1"
      GET /models?limit=1&next_page_token=1 | 200 | "nextPageToken" : "2"
      GET /models?limit=1000 | 200 | "modelName" : "dogs"
      GET /models?limit=-1 | 200 | "modelName" : "dogs"
      GET /models?next_page_token=99 | 200 | "models" : [ ]
      GET /models?limit=0 | 400 | limit=0 would list nothing
      GET /models?limit=x | 400 | limit=x is not a whole number
      GET /models?next_page_token=x | 400 | next_page_token=x is not a whole number
      PUT /models | 405 | PUT is not supported
      DELETE /models | 405 | DELETE is not supported
      OPTIONS /models | 204 |
      GET /models/cats | 200 | "status" : "Healthy"
      GET /models/cats/2 | 200 | "version" : "2"
      GET /models/cats/0002 | 200 | "version" : "2"
      GET /models/cats/1 | 200 | "status" : "UNLOADED"
      GET /models/cats/7 | 404 | Workflow not found: cats/7
      GET /models/cats/stable | 404 | Workflow not found: cats/stable
      GET /models/birds | 404 | "message":"Workflow not found: birds"
      GET /models/birds/1 | 404 | Workflow not found: birds/1
      GET /models/.. | 404 | there is nothing at this address
      GET /models/hollow | 200 | it is empty: expected saved_model.pb
      GET /models/cats/rollout | 200 | "state" : "none"
      GET /models/birds/rollout | 404 | Model or workflow not found: birds
      PUT /models/cats/rollout?share=2 | 400 | rollout.share=2 is not a number from 0.000001 to 1
      PUT /models/cats/rollout?shares=1 | 400 | rollout.shares is not a model setting
      PUT /models/birds/rollout?share=1 | 404 | Model or workflow not found: birds
      GET /models/cats/rollout/images/4e07408562be | 404 | no image of cats with this digest is kept: set rollout.keep_images=true
      GET /models/birds/rollout/images/4e07408562be | 404 | Model or workflow not found: birds
      POST /models/cats/rollout/images/4e07408562be | 405 | POST is not supported
      PUT /models/cats/rollout?keep_images=yes | 400 | rollout.keep_images=yes is neither false nor true
      POST /models/cats/rollout/promote | 409 | no version of cats is on trial; set rollout=shadow
      POST /models/cats/rollout/stop | 409 | no version of cats is on trial
      POST /models/cats/rollout/rollback | 409 | no version of cats was promoted
      POST /models/birds/rollout/stop | 404 | Model or workflow not found: birds
      POST /models/cats/feedback | 400 | the body is not feedback: send
      GET /models/cats/feedback | 405 | GET is not supported
      GET /models/cats/rollout/stop | 405 | GET is not supported
      GET /models/cats/drift | 200 | "state" : "off"
      GET /models/birds/drift | 404 | Model or workflow not found: birds
      PUT /models/cats/drift | 405 | PUT is not supported
      DELETE /models/cats/drift/baseline | 409 | cats is not watched for drift; set drift=on
      DELETE /models/birds/drift/baseline | 404 | Model or workflow not found: birds
      GET /models/cats/drift/baseline | 405 | GET is not supported
      POST /models/cats | 405 | POST is not supported
      PATCH /models/cats | 405 | PATCH is not supported
      GET /models/cats/1/2 | 404 | there is nothing at this address
      POST /models | 400 | Parameter url is required.
      POST /models?url= | 400 | Parameter url is required.
      POST /models?url=http://x/cats.zip | 409 | Workflow cats is already registered.
      POST /models?url=http://x/a.zip&model_name=cats&model_version=2 | 409 | Workflow cats:2 is already
      POST /models?url=http://x/a.zip&model_name=cats&model_version=02 | 409 | Workflow cats:02 is already
      POST /models?url=http://x/a.zip&model_version=9223372036854775808 | 400 | is larger than 9223372036854775807
      POST /models?url=http://x/a.zip&model_version=v1 | 400 | model_version=v1 is not a version number
      POST /models?url=http://x/a.zip&model_version=-1 | 400 | model_version=-1 is not a version number: use digits only
      POST /models?url=http://x/a.zip&model_name=../a | 400 | is not a valid model name
      POST /models?url=http://x/a.zip&synchronous=perhaps | 400 | neither true nor false
      POST /models?url=http://x/a.zip&min_worker=x | 400 | min_worker=x is not a whole number
      POST /models?url=http://x/a.zip&min_worker=3&max_worker=2 | 400 | min_worker=3 is more than
      POST /models?url=http://x/a.zip&max_worker=65 | 400 | the number of workers must be 1 to 64
      POST /models?url=http://x/missing.zip | 404 | Invalid model url: http://x/missing.zip
      POST /models?url=http://x/broken.zip | 400 | broken/1 cannot be served: its graph is damaged
      GET /models/broken | 404 | Workflow not found: broken
      POST /models?url=http://x/empty.zip | 400 | empty/1 cannot be served: it is empty: expected saved_model.pb
      GET /models/empty | 404 | Workflow not found: empty
      POST /models?url=http://x/birds.tar.gz&min_worker=2 | 200 | "status" : "Model \\"birds\\" registered."
      GET /models/birds/1 | 200 | "workers" : 2
      POST /models?url=http://x/b.zip&model_name=birds&model_version=2 | 200 | Model \\"birds\\" registered.
      POST /models?url=http://x/late.zip&synchronous=false | 202 | Model \\"late\\" registration scheduled.
      PUT /models/birds?min_worker=2&max_worker=3 | 200 | min workers:3 max workers:3
      PUT /models/birds/2?min_worker=1 | 200 | Workflow \\"birds\\" worker scaled.
      PUT /models/birds?max_worker=2&synchronous=false | 202 | "status" : "Worker updated"
      PUT /models/birds?synchronous=no&max_worker=2 | 400 | synchronous=no is neither true nor false
      PUT /models/birds | 400 | min_worker and max_worker are missing
      PUT /models/birds?min_worker=x | 400 | min_worker=x is not a whole number
      PUT /models/birds?min_worker=4&max_worker=2 | 400 | min_worker=4 is more than max_worker=2
      PUT /models/birds?min_worker=0&max_worker=0 | 400 | for 0, unload the model
      PUT /models/birds?max_worker=65 | 400 | the number of workers must be 1 to 64
      PUT /models/fish?max_worker=2 | 404 | Model or workflow not found: fish
      PUT /models/fish?max_worker=2&synchronous=false | 404 | Model or workflow not found: fish
      PUT /models/birds/9?max_worker=2 | 404 | Model or workflow not found: birds/9
      PUT /models/birds/new?max_worker=2 | 400 | version=new is not a version number
      PUT /models/hollow?max_worker=2 | 503 | Model or workflow is not ready: hollow
      DELETE /models/fish | 404 | Model or workflow not found: fish
      DELETE /models/birds/9 | 404 | Model or workflow not found: birds/9
      DELETE /models/birds/x | 400 | version=x is not a version number
      POST /models?url=http://x/c.zip&model_name=birds&model_version=007 | 200 | Model \\"birds\\" registered.
      GET /models/birds/7 | 200 | "version" : "007"
      GET /models/birds/007 | 200 | "version" : "007"
      DELETE /models/birds/07 | 200 | Model or workflow \\"birds\\" unregistered
      DELETE /models/birds/2 | 200 | Model or workflow \\"birds\\" unregistered
      GET /models/birds/2 | 404 | Workflow not found: birds/2
      DELETE /models/birds | 200 | Model or workflow \\"birds\\" unregistered
      DELETE /models/birds | 404 | Model or workflow not found: birds
      DELETE /models/%2e%2e%2f.. | 404 | Model or workflow not found
      POST /v2/repository/index | 200 | {"name":"cats","version":"2","state":"READY","reason":""}
      POST /v2/repository/index {"ready":true} | 200 | "state":"READY"
      POST /v2/repository/index {"ready":1} | 400 | {"error":"Invalid value for 'ready': expected a boolean"}
      POST /v2/repository/index {"ready | 400 | {"error":"the body is not a JSON object
      POST /v2/repository/index [] | 400 | {"error":"the body is not a JSON object
      GET /v2/repository/index | 405 | {"error":"GET is not supported"}
      POST /v2/repository/models/cats/unload | 200 |
      POST /v2/repository/models/cats/unload {"parameters":{"unload_dependents":true}} | 200 |
      POST /v2/repository/index | 200 | "state":"UNAVAILABLE","reason":"unloaded"
      POST /v2/repository/models/cats/load | 200 |
      POST /v2/repository/models/cats/load {} | 200 |
      POST /v2/repository/models/cats/load {"parameters":{"config":"{}"}} | 400 | parameter 'config' is not
      POST /v2/repository/models/cats/load {"parameters":7} | 400 | expected an object
      POST /v2/repository/models/cats/load {" | 400 | {"error":"the body is not a JSON object
      POST /v2/repository/models/fish/load | 400 | failed to load 'fish', the model store has no such model
      POST /v2/repository/models/fish/unload | 400 | failed to unload 'fish', the model store has no such
      POST /v2/repository/models/hollow/load | 400 | failed to load 'hollow', hollow/1: it is empty
      GET /v2/repository/models/cats/load | 405 | {"error":"GET is not supported"}
      DELETE /v2/repository/models/cats/unload | 405 | {"error":"DELETE is not supported"}
      GET /metrics | 200 | lynxeye_model_state{model="cats",state="AVAILABLE",version="2"} 1
      POST /metrics | 405 | POST is not supported
      GET / | 404 | this port has /models
      POST /score 7 | 404 | there is nothing at this address
      POST /predictions/cats 7 | 404 | there is nothing at this address
      """
          .lines()
          .toList();

  @TempDir private Path store;
  private TestManagement server;

  @BeforeEach
  void start() throws IOException {
    server = new TestManagement(store);
    server.loader().fail("broken", 1, "its graph is damaged; export it again");
    Files.createDirectories(store.resolve("hollow").resolve("1"));
    server.put("cats", 1).put("cats", 2).put("dogs", 1);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void everyCallGetsTheResponseInTheTable() {
    System.out.printf("| call | status | answer |%n|---|---|---|%n");
    SoftAssertions all = new SoftAssertions(); // So that the rest of the table is printed too.
    for (String row : TABLE) {
      String[] cells = row.split(" \\| ?");
      HttpResponse<String> answer = call(cells[0]);

      all.assertThat(answer.statusCode()).as(row + " -> " + answer.body()).isEqualTo(status(cells));
      all.assertThat(answer.body()).as(row).contains(cells.length > 2 ? cells[2] : "");
      if (answer.statusCode() == 405) {
        all.assertThat(answer.headers().firstValue("Allow")).as(row).isPresent();
      }
      print(cells[0], answer);
    }
    all.assertAll();
    assertThat(TABLE).hasSizeGreaterThan(45);
  }

  private static int status(String[] cells) {
    return Integer.parseInt(cells[1].trim());
  }

  private HttpResponse<String> call(String text) {
    String[] parts = text.split(" ", 3);
    HttpRequest.Builder request =
        server.request(parts[0], parts[1], parts.length > 2 ? parts[2] : "");
    return server.send(request);
  }

  private static void print(String call, HttpResponse<String> answer) {
    String body = answer.body().replaceAll("\\s+", " ").trim();
    String shown = body.length() > 110 ? body.substring(0, 110) + " ..." : body;
    System.out.printf("| `%s` | %d | `%s` |%n", call, answer.statusCode(), shown);
  }
}
