package io.lynxeye.cli;

import io.lynxeye.cli.options.ConsoleProgress;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.engine.natives.CudaLibraries;
import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.engine.natives.TensorFlowBuild;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Unpacks native libraries without an engine and prints their folder: for the launcher and bundles.
 */
@Command(name = "natives", hidden = true)
public final class NativesCommand implements Callable<Integer> {

  @Option(
      names = "--cuda-jar",
      paramLabel = "FILE",
      description = "Unpacks the CUDA libraries of this jar instead of those of TensorFlow.")
  private Optional<Path> cudaJar;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws IOException {
    System.out.println(cudaJar.isPresent() ? cuda(cudaJar.get()) : tensorFlow());
    return ExitCode.OK;
  }

  private Path tensorFlow() throws IOException {
    return TensorFlowBuild.ofThisProcess().in(store.cache()).unpack(progress("TensorFlow"));
  }

  private Path cuda(Path jar) throws IOException {
    URL[] jars = {jar.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(jars, null)) {
      return CudaLibraries.in(store.cache(), loader).unpack(progress("CUDA"));
    }
  }

  private static NativeLibraries.Listener progress(String what) {
    return ConsoleProgress.unpacking(ConsoleProgress.standard(), what);
  }
}
