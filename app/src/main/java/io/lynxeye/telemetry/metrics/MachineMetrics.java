package io.lynxeye.telemetry.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * The process and its GPUs. The weights of models are not in the heap, so the resident memory is
 * measured too, on systems that report it.
 */
final class MachineMetrics implements AutoCloseable {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private final MultiGauge used;
  private final MultiGauge total;
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private volatile Supplier<List<GpuMemory>> gpus = List::of;

  MachineMetrics(MeterRegistry registry) {
    List.<MeterBinder>of(
            new JvmMemoryMetrics(),
            collections,
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics())
        .forEach(binder -> binder.bindTo(registry));
    if (resident(STATUS).isPresent()) {
      Gauge.builder(Meters.RESIDENT, () -> resident(STATUS).orElse(0))
          .baseUnit("bytes")
          .description("Memory of the process, including models")
          .register(registry);
    }
    used = gauge(Meters.GPU_USED, "Memory of a GPU in use by any process", registry);
    total = gauge(Meters.GPU_TOTAL, "Memory of a GPU", registry);
  }

  private static MultiGauge gauge(String name, String what, MeterRegistry registry) {
    return MultiGauge.builder(name).baseUnit("bytes").description(what).register(registry);
  }

  void gpuMemory(Supplier<List<GpuMemory>> supplier) {
    gpus = supplier;
  }

  /** Removes the JVM's GC notifications, which would keep the registry in memory. */
  @Override
  public void close() {
    collections.close();
  }

  void refresh() {
    List<GpuMemory> now = gpus.get();
    used.register(rows(now, GpuMemory::usedBytes), true);
    total.register(rows(now, GpuMemory::totalBytes), true);
  }

  private static List<MultiGauge.Row<?>> rows(
      List<GpuMemory> gpus, ToLongFunction<GpuMemory> figure) {
    return gpus.stream()
        .<MultiGauge.Row<?>>map(
            gpu ->
                MultiGauge.Row.of(
                    Tags.of("gpu", Integer.toString(gpu.gpu())), figure.applyAsLong(gpu)))
        .toList();
  }

  /** Reads the resident memory; empty on systems without the file. */
  static OptionalLong resident(Path status) {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
