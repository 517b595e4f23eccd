package io.lynxeye.cli.doctor;

import io.lynxeye.cli.options.KeyFileOption;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.engine.device.GpuProbe;
import io.lynxeye.engine.device.GpuReport;
import io.lynxeye.engine.natives.CudaLibraries;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.translators.format.webp.LibWebp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye doctor}: checks the machine and the installation. */
@Command(
    name = "doctor",
    description =
        "Checks this machine and the installation; exit code 1 if something needed is missing.",
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {

  @Option(
      names = "--json",
      fallbackValue = "true",
      description = "Prints a JSON array, for scripts.")
  private boolean json;

  @Option(
      names = "--port",
      description = "The port to check. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8080")
  private int port;

  @Mixin private StoreOptions store;
  @Mixin private KeyFileOption keys;

  @Override
  public Integer call() {
    List<Finding> findings = examine();
    if (json) {
      System.out.println(Finding.json(findings));
    } else {
      findings.forEach(finding -> System.out.println(finding.text()));
    }
    boolean healthy = findings.stream().noneMatch(f -> f.level() == Finding.Level.PROBLEM);
    return healthy ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private List<Finding> examine() {
    Runtime.Version jdk = Runtime.version();
    GpuReport gpu = GpuProbe.probe();
    Finding npm = InstallationCheckup.npm(System.getenv().getOrDefault("PATH", ""));
    List<Finding> findings = new ArrayList<>();
    findings.add(MachineCheckup.platform());
    findings.add(MachineCheckup.jdk(jdk.feature(), jdk.toString()));
    findings.add(MachineCheckup.heap(Runtime.getRuntime().maxMemory()));
    findings.add(MachineCheckup.processor());
    findings.add(MachineCheckup.gpu(gpu));
    findings.add(
        gpu.driver() || CudaLibraries.areWanted()
            ? MachineCheckup.cudaLibraries(GpuProbe.cudaPlaces())
            : MachineCheckup.cudaNotNeeded());
    findings.add(InstallationCheckup.natives(TensorFlowBuild.ofThisProcess(), store.cache()));
    findings.add(InstallationCheckup.webp(LibWebp.get().map(LibWebp::version)));
    findings.add(InstallationCheckup.cache(store.cache()));
    findings.add(npm);
    findings.addAll(InstallationCheckup.store(store.open(), npm));
    findings.add(InstallationCheckup.port("127.0.0.1", port));
    findings.add(InstallationCheckup.keys(keys.file()));
    return findings;
  }
}
