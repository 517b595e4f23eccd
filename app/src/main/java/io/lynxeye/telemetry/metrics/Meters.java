package io.lynxeye.telemetry.metrics;

import java.time.Duration;
import java.util.Arrays;

/**
 * The names and tags of all meters. For Prometheus, dots become underscores, counters end in {@code
 * _total} and timers in {@code _seconds}. Micrometer names the JVM's meters ({@code jvm_*}, {@code
 * process_cpu_*}, {@code process_uptime_*}, {@code system_*}).
 */
final class Meters {

  // Scoring requests and their images.
  static final String REQUESTS = "lynxeye.requests";
  static final String REJECTED = "lynxeye.rejected";
  static final String KEY_REQUESTS = "lynxeye.key.requests";
  static final String KEY_IMAGES = "lynxeye.key.pictures";
  static final String REQUEST = "lynxeye.request";
  static final String BODY = "lynxeye.body";
  static final String IMAGES = "lynxeye.pictures";
  static final String BATCHES = "lynxeye.batches";
  static final String BATCH_SIZE = "lynxeye.batch.size";
  static final String STAGE = "lynxeye.stage";

  // Work in flight at the time of a scrape.
  static final String QUEUED = "lynxeye.queue.length";
  static final String BACKLOG = "lynxeye.backlog.size";
  static final String ADMITTED_REQUESTS = "lynxeye.admission.requests";
  static final String ADMITTED_PLACES = "lynxeye.admission.places";
  static final String ADMITTED_BYTES = "lynxeye.admission";

  // Model versions.
  static final String STATE = "lynxeye.model.state";
  static final String FAILED = "lynxeye.model.failed";
  static final String AVAILABLE = "lynxeye.model.versions.available";
  static final String LOAD_FAILURES = "lynxeye.model.load.failures";
  static final String LOAD = "lynxeye.model.load";
  static final String UNUSABLE = "lynxeye.store.unusable";

  // Rollouts.
  static final String ROLLOUT_IMAGES = "lynxeye.rollout.images";
  static final String ROLLOUT_CALLERS = "lynxeye.rollout.callers";
  static final String ROLLOUT_DROPPED = "lynxeye.rollout.dropped";
  static final String ROLLOUT_AGREEMENT = "lynxeye.rollout.agreement";
  static final String ROLLOUT_STATE = "lynxeye.rollout.state";

  // Drift.
  static final String DRIFT_SHIFT = "lynxeye.drift.shift";
  static final String DRIFT_LIMIT = "lynxeye.drift.limit";
  static final String DRIFT_ALARM = "lynxeye.drift.alarm";
  static final String DRIFT_BASELINE = "lynxeye.drift.baseline.images";

  // The machine.
  static final String COLLECTED = "lynxeye.collect.pictures";
  static final String NOT_COLLECTED = "lynxeye.collect.dropped";
  static final String READY = "lynxeye.ready";
  static final String RESIDENT = "process.resident.memory";
  static final String GPU_USED = "lynxeye.gpu.memory.used";
  static final String GPU_TOTAL = "lynxeye.gpu.memory.total";

  static final String MODEL = "model";
  static final String VERSION = "version";

  private static final int[] LATENCY_MILLIS = {
    1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000
  };

  private Meters() {}

  /** The upper bounds of the histogram buckets for times. */
  static Duration[] latencies() {
    return Arrays.stream(LATENCY_MILLIS).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
