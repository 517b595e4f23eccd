package io.lynxeye.serving.management;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.ModelSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The properties of a version under the names that every protocol and the command line use. Values
 * are strings, numbers, or lists of strings; unknown properties are left out.
 */
public final class VersionFacts {

  private VersionFacts() {}

  /** The properties shown in lists. */
  public static Map<String, Object> brief(VersionView view) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("state", view.state().name());
    view.since().ifPresent(since -> facts.put("since", since.toString()));
    view.reason().ifPresent(reason -> facts.put("reason", reason));
    view.source().ifPresent(source -> facts.put("format", source.files().format().name()));
    return facts;
  }

  /** All properties. */
  public static Map<String, Object> all(VersionView view) {
    Map<String, Object> facts = brief(view);
    facts.put("place", view.place());
    if (!view.aliases().isEmpty()) {
      facts.put("aliases", view.aliases());
    }
    view.source().ifPresent(source -> put(source, facts));
    view.served().ifPresent(served -> put(served, facts));
    return facts;
  }

  private static void put(ModelSource source, Map<String, Object> facts) {
    facts.put("engine", source.files().format().engine());
    List<String> remarks = source.manifest().remarks();
    if (!remarks.isEmpty()) {
      facts.put("remarks", remarks);
    }
  }

  private static void put(ServedModel served, Map<String, Object> facts) {
    ModelDescription description = served.description();
    facts.put("engine", description.engine());
    facts.put("device", description.device());
    facts.put("precision", description.precision());
    facts.put("input", description.input());
    facts.put("output", description.output());
    facts.put("labels", description.labels().size());
    facts.put("topK", description.topK());
    BatchPolicy policy = served.policy();
    facts.put("batchSize", policy.maxBatchSize());
    facts.put("maxBatchDelayMillis", policy.maxDelay().toMillis());
    facts.put("workers", served.workers());
    served
        .tuning()
        .ifPresent(
            tuning -> {
              facts.put("intraOpThreads", tuning.threads().intraOp());
              facts.put("interOpThreads", tuning.threads().interOp());
            });
    facts.put("queueSize", policy.queueCapacity());
    facts.put("requestInQueue", served.queued());
  }
}
