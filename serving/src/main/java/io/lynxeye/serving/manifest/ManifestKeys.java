package io.lynxeye.serving.manifest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The keys that a manifest may have, and remarks on those without effect. Such a key never stops a
 * model from loading, but it is always reported.
 */
public final class ManifestKeys {

  private static final String OUR_TRANSLATORS = "io.lynxeye.translators.";
  private static final String DJL_TRANSLATOR =
      "ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory";
  private static final String OPTION = "option.";

  /** Letters of a key for each letter that may be misspelt. */
  private static final int LETTERS_PER_SLIP = 4;

  /** Keys of DJL Serving that the server's batching and workers depend on. */
  static final Set<String> BATCHING =
      words(
          """
          batch_size max_dynamic_batch_size max_batch_delay job_queue_size
          minWorkers maxWorkers cpu.minWorkers cpu.maxWorkers gpu.minWorkers gpu.maxWorkers
          """);

  /**
   * Keys that do something: this server's own, DJL Serving's, those of DJL's image translators, and
   * the options that this server reads itself. Other options are passed to the engine.
   */
  private static final Set<String> EFFECTIVE =
      words(
          String.join(" ", BATCHING),
          """
          channelOrder layout output outputs warmup.inputs precision
          minAgreement
          engine load_on_devices translatorFactory translator application
          width height resize resizeShort centerCrop centerFit pad flag toTensor normalize range
          topK applySoftmax classLabels synset synsetFileName synsetUrl batchifier
          option.Tags option.SignatureDefKey option.modelName
          signature.inputs signature.outputs
          """);

  /** DJL Serving's keys about its own workers, about Python, or about language models. */
  private static final Set<String> WITHOUT_EFFECT =
      words(
          """
          max_idle_time required_memory_mb reserved_memory_mb gpu.required_memory_mb
          gpu.reserved_memory_mb retry_threshold log_request_metric metrics_aggregation task
          blockFactory option.parallel_loading option.model_id option.entryPoint option.handler
          option.mpi_mode option.tensor_parallel_degree option.pipeline_parallel_degree
          option.predict_timeout option.model_loading_timeout option.pythonExecutable
          option.enable_venv option.rolling_batch option.max_rolling_batch_size option.async_mode
          option.enable_lora option.max_output_size option.speculative_draft_model
          """);

  private ManifestKeys() {}

  private static Set<String> words(String... lines) {
    return Collections.unmodifiableSet(
        new TreeSet<>(List.of(String.join(" ", lines).trim().split("\\s+"))));
  }

  /** Whether the key has an effect in a version's manifest. */
  public static boolean isKnown(String key) {
    return EFFECTIVE.contains(key);
  }

  /**
   * Remarks on a version's keys, one sentence each, in the order of the keys; none for keys that
   * have their usual effect. A model's own translator may read other keys, so only likely
   * misspellings of known keys are reported then.
   */
  public static List<String> remarks(Map<String, String> manifest) {
    boolean isOwnTranslator = isOwnTranslator(manifest);
    List<String> remarks = new ArrayList<>();
    for (String key : new TreeMap<>(manifest).keySet()) {
      remark(key, isOwnTranslator).ifPresent(remarks::add);
    }
    if (!isOwnTranslator) {
      for (String key : List.of("resize", "resizeShort")) {
        interpolation(manifest.getOrDefault(key, ""))
            .ifPresent(
                asked ->
                    remarks.add(
                        "'%s' asks for %s interpolation, and images are resized bilinearly with antialiasing"
                            .formatted(key, asked)));
      }
    }
    return List.copyOf(remarks);
  }

  /** The third part of {@code W,H,INTERPOLATION}, unless it is what is done. */
  private static Optional<String> interpolation(String resize) {
    String[] parts = resize.trim().split("\\s*,\\s*", -1);
    return parts.length > 2 && !parts[2].isEmpty() && !parts[2].equalsIgnoreCase("bilinear")
        ? Optional.of(parts[2])
        : Optional.empty();
  }

  /**
   * The keys without commas at the ends of their values, which lines of published manifests have.
   * Keys that only a model's own translator knows stay as they are.
   */
  public static Map<String, String> withoutCommas(Map<String, String> manifest) {
    Map<String, String> clean = new TreeMap<>(manifest);
    clean.replaceAll(
        (key, value) ->
            isKnown(key) && value.stripTrailing().endsWith(",")
                ? value.replaceFirst("[\\s,]+$", "")
                : value);
    return clean;
  }

  private static boolean isOwnTranslator(Map<String, String> manifest) {
    String factory = manifest.getOrDefault("translatorFactory", DJL_TRANSLATOR).trim();
    return manifest.containsKey("translator")
        || !(factory.startsWith(OUR_TRANSLATORS) || factory.equals(DJL_TRANSLATOR));
  }

  private static Optional<String> remark(String key, boolean isOwnTranslator) {
    if (isKnown(key)) {
      return Optional.empty();
    }
    String quoted = "'" + key + "'";
    if (WITHOUT_EFFECT.contains(key)) {
      return Optional.of(quoted + " has no effect here");
    }
    if (ModelSettings.KEYS.contains(key)) {
      return Optional.of(
          quoted + " has no effect for one version: put it next to the version folders");
    }
    Set<String> candidates = new TreeSet<>(EFFECTIVE);
    candidates.addAll(WITHOUT_EFFECT);
    candidates.addAll(ModelSettings.KEYS);
    Optional<String> meant = nearest(key, candidates, isOwnTranslator ? 1 : 2);
    if (meant.isPresent()) {
      return Optional.of(quoted + " is not a known key; did you mean '" + meant.get() + "'?");
    }
    return isOwnTranslator || key.startsWith(OPTION)
        ? Optional.empty()
        : Optional.of(quoted + " is not a known key");
  }

  /**
   * The candidate that differs least; case, {@code _} and {@code -} do not count.
   *
   * @param slips letters that may be wrong, missing or too many; fewer in short words
   */
  private static Optional<String> nearest(String word, Collection<String> candidates, int slips) {
    String plain = plain(word);
    int least = Math.min(slips, plain.length() / LETTERS_PER_SLIP) + 1;
    Optional<String> nearest = Optional.empty();
    for (String candidate : candidates) {
      int distance = distance(plain, plain(candidate));
      if (distance < least) {
        least = distance;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
  }

  /** The Levenshtein distance: letters to change, add or remove. */
  private static int distance(String one, String other) {
    int[] before = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] now = new int[other.length() + 1];
      now[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(changed, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[other.length()];
  }
}
