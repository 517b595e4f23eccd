package io.lynxeye.serving.management;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.VersionNumber;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One version, or an unusable entry of the store, as the management API shows it.
 *
 * @param name its model
 * @param version its number; empty for an entry that is not a version
 * @param state its state; {@code END} also for a version that is not in the desired state
 * @param since when it entered the state, if known
 * @param reason why it does not serve, or why its newest files do not
 * @param place the path of its files, relative to the store; during an import the source address
 * @param source its files and manifest in the store; empty if it cannot be served
 * @param served the loaded model that answers requests; empty while there is none
 * @param aliases the labels that resolve to it now
 */
public record VersionView(
    String name,
    Optional<VersionNumber> version,
    ModelState state,
    Optional<Instant> since,
    Optional<String> reason,
    String place,
    Optional<ModelSource> source,
    Optional<ServedModel> served,
    List<String> aliases) {

  public VersionView {
    aliases = List.copyOf(aliases);
  }

  /** Whether it has this version number, however it is written. */
  public boolean isVersion(long number) {
    return version.filter(own -> own.value() == number).isPresent();
  }

  /** Whether it should serve and cannot. */
  public boolean isFailed() {
    return state == ModelState.END && reason.isPresent();
  }

  /** {@code READY}, {@code PENDING}, {@code FAILED} or {@code UNLOADED}. */
  public String status() {
    return switch (state.published()) {
      case AVAILABLE -> "READY";
      case START, LOADING -> "PENDING";
      case UNLOADING -> "UNLOADED";
      default -> isFailed() ? "FAILED" : "UNLOADED";
    };
  }

  VersionView because(String why) {
    return new VersionView(
        name, version, state, since, Optional.of(why), place, source, served, aliases);
  }

  /**
   * The properties shown in lists, by the names that every protocol and the command line use.
   * Values are strings, numbers, or lists of strings; unknown properties are left out.
   */
  public Map<String, Object> summary() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("state", state.name());
    since.ifPresent(since -> facts.put("since", since.toString()));
    reason.ifPresent(reason -> facts.put("reason", reason));
    source.ifPresent(source -> facts.put("format", source.files().format().name()));
    return facts;
  }

  /** All properties, like {@link #summary}. */
  public Map<String, Object> properties() {
    Map<String, Object> facts = summary();
    facts.put("place", place);
    if (!aliases.isEmpty()) {
      facts.put("aliases", aliases);
    }
    source.ifPresent(source -> put(source, facts));
    served.ifPresent(served -> put(served, facts));
    return facts;
  }

  private static void put(ModelSource source, Map<String, Object> facts) {
    facts.put("engine", source.files().format().engine());
    List<String> keys = new ArrayList<>();
    new TreeMap<>(source.manifest().arguments())
        .forEach((key, value) -> keys.add(key + "=" + value));
    if (!keys.isEmpty()) {
      facts.put("manifest", keys);
    }
    List<String> remarks = new ArrayList<>(source.manifest().notes());
    remarks.addAll(source.manifest().remarks());
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
    facts.put("takes", description.signature().takes().name().toLowerCase(Locale.ROOT));
    description.noImages().ifPresent(why -> facts.put("noImages", why));
    if (!description.others().isEmpty()) {
      facts.put(
          "otherSignatures", description.others().stream().map(ModelSignature::name).toList());
    }
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
              facts.put("options", tuning.options());
            });
    facts.put("queueSize", policy.queueCapacity());
    facts.put("requestInQueue", served.queued());
  }
}
