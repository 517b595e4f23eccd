package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lynxeye.config.EndpointConfig;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.telemetry.metrics.GpuMemory;
import io.lynxeye.telemetry.metrics.Scrape;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The dashboard and the alerts use metrics and labels that exist. */
class OpsTest {

  private static final Path OPS = Path.of("..", "ops");

  /** What Prometheus itself and NVIDIA's dcgm-exporter (etc/default-counters.csv) export. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "up",
          "DCGM_FI_DEV_GPU_UTIL",
          "DCGM_FI_DEV_GPU_TEMP",
          "DCGM_FI_DEV_FB_USED",
          "DCGM_FI_DEV_FB_FREE",
          "DCGM_FI_DEV_XID_ERRORS");

  private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");
  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)=~?\"([^\"]*)\"");
  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern NOT_NAMES =
      Pattern.compile("\\{[^}]*}|\\[[^]]*]|\\b(?:by|on|ignoring) ?\\([^)]*\\)");
  private static final Pattern WORD = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(?! *\\()\\b");

  @AutoClose
  private final TestServer server =
      TestServer.ready(
          Settings.DEFAULT,
          new Telemetry(
              List.of(), metrics -> metrics.gpuMemory(() -> List.of(new GpuMemory(0, 1, 2)))));

  private static List<String> dashboard() throws IOException {
    List<String> found = new ArrayList<>();
    collect(
        JsonParser.parseString(Files.readString(OPS.resolve("grafana").resolve("lynxeye.json"))),
        found);
    return found;
  }

  /** Collects the expressions of panels and variables at any depth. */
  private static void collect(JsonElement element, List<String> found) {
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(item -> collect(item, found));
    } else if (element.isJsonObject()) {
      JsonObject object = element.getAsJsonObject();
      for (String key : object.keySet()) {
        JsonElement value = object.get(key);
        if (key.equals("expr")) {
          found.add(value.getAsString());
        } else if (key.equals("definition")) {
          found.add(value.getAsString().replaceAll("label_values\\((.*), .*\\)", "$1"));
        } else {
          collect(value, found);
        }
      }
    }
  }

  /** Collects the expressions of a YAML file: after their key, or indented below it. */
  private static List<String> alerts() throws IOException {
    List<String> found = new ArrayList<>();
    int inside = -1;
    for (String line : Files.readAllLines(OPS.resolve("prometheus").resolve("alerts.yml"))) {
      int indent = line.length() - line.stripLeading().length();
      if (line.stripLeading().startsWith("expr:")) {
        inside = indent;
        found.add(line.strip().substring("expr:".length()).replace(">-", ""));
      } else if (inside >= 0 && indent > inside) {
        found.add(found.remove(found.size() - 1) + " " + line.strip());
      } else {
        inside = -1;
      }
    }
    return found;
  }

  private static List<String> all() throws IOException {
    return Stream.concat(dashboard().stream(), alerts().stream()).toList();
  }

  /** Returns the metric names: an expression without functions, labels, ranges and numbers. */
  private static Set<String> names(String expression) {
    String bare = NOT_NAMES.matcher(TEXT.matcher(expression).replaceAll("\"\"")).replaceAll(" ");
    return WORD.matcher(bare).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  private Scrape scrape() throws Exception {
    int port = server.open(EndpointConfig.Kind.MANAGEMENT);
    URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
    rejectOne();
    ModelSettings tried = ModelSettings.of(Map.of("rollout", "shadow", "drift", "on"));
    List<ModelSource> two = List.of(FakeLoader.source("tried", 1), FakeLoader.source("tried", 2));
    server.serve(new StoredModel("tried", tried, two)).join();
    System.gc(); // The collection metrics exist only after the first collection.
    Awaitility.await()
        .until(
            () -> {
              Set<String> names =
                  new Scrape(server.send(HttpRequest.newBuilder(metrics)).body()).names();
              return names.contains("jvm_gc_pause_seconds_sum")
                  && names.contains("lynxeye_pictures_total");
            });
    return new Scrape(server.send(HttpRequest.newBuilder(metrics)).body());
  }

  private void rejectOne() throws Exception {
    String other = "/predictions/other-model";
    server.loader().model("other-model", 3).hold();
    var running = server.postLater(other, "1");
    server.loader().model("other-model", 3).awaitCall();
    var waiting = server.postLater(other, "1");
    server.awaitRequests(2);
    assertThat(server.post(other, "1").statusCode()).isEqualTo(503);
    server.loader().model("other-model", 3).release(10);
    running.join();
    waiting.join();
  }

  @Test
  void everyMetricAndEveryLabelExists() throws Exception {
    Scrape scrape = scrape();

    for (String expression : all()) {
      Set<String> names = names(expression);
      assertThat(names).as(expression).isNotEmpty();
      if (OF_OTHERS.containsAll(names)) {
        continue;
      }
      assertThat(names).as(expression).isSubsetOf(scrape.names());
      Set<String> labels = new HashSet<>(Set.of("instance"));
      names.forEach(name -> labels.addAll(scrape.labels(name)));
      assertThat(labelsIn(expression)).as(expression).isSubsetOf(labels);
    }
  }

  private static Set<String> labelsIn(String expression) {
    Stream<String> matched = MATCHER.matcher(expression).results().map(result -> result.group(1));
    Stream<String> grouped =
        GROUPING
            .matcher(expression)
            .results()
            .flatMap(result -> Arrays.stream(result.group(1).split(", *")));
    return Stream.concat(matched, grouped).collect(Collectors.toSet());
  }

  @Test
  void everyOutcomeAndEveryReasonExists() throws Exception {
    Set<String> outcomes =
        Arrays.stream(Outcome.Kind.values()).map(Outcome.Kind::label).collect(Collectors.toSet());
    Set<String> reasons =
        Arrays.stream(RejectedException.Reason.values())
            .map(reason -> reason.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());

    int seen = 0;
    for (String expression : all()) {
      Matcher matcher = MATCHER.matcher(expression);
      while (matcher.find()) {
        Set<String> known =
            switch (matcher.group(1)) {
              case "outcome" -> outcomes;
              case "reason" -> reasons;
              default -> Set.of();
            };
        if (!known.isEmpty()) {
          seen++;
          assertThat(known).contains(matcher.group(2).split("\\|"));
        }
      }
    }
    assertThat(seen).isGreaterThan(5);
  }

  @Test
  void bothFilesHaveExpressionsAndEachAlertHasOne() throws Exception {
    String alerts = Files.readString(OPS.resolve("prometheus").resolve("alerts.yml"));

    assertThat(dashboard()).hasSizeGreaterThan(20);
    assertThat(alerts())
        .hasSize((int) Pattern.compile("- alert:").matcher(alerts).results().count())
        .hasSizeGreaterThan(5);
  }

  /** promtool runs the tests of the alerts, outside of this build. */
  @Test
  void everyAlertHasATestInWhichItFires() throws Exception {
    String alerts = Files.readString(OPS.resolve("prometheus").resolve("alerts.yml"));
    String tests = Files.readString(OPS.resolve("prometheus").resolve("alerts_test.yml"));
    Set<String> fires =
        Pattern.compile("- alertname: (\\w+)\\n\\s+eval_time: .*\\n\\s+exp_alerts:\\n")
            .matcher(tests)
            .results()
            .map(test -> test.group(1))
            .collect(Collectors.toSet());

    assertThat(
            Pattern.compile("- alert: (\\w+)").matcher(alerts).results().map(one -> one.group(1)))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(fires);
  }

  @Test
  void namesAreFoundInAnExpression() {
    assertThat(names("sum by (a) (rate(b_c{d=\"e f\"}[5m])) / count(g{h=~\"$i\"}[$__j]) > 0.1"))
        .containsExactlyInAnyOrder("b_c", "g");
  }
}
