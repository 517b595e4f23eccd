package io.lynxeye.cli;

import io.lynxeye.engine.NativeLibraries;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Unpacks TensorFlow's libraries without starting it, for who makes a bundle; tells the folder. */
@Command(name = "natives", hidden = true)
final class NativesCommand implements Callable<Integer> {

  @Mixin private Places places;

  @Override
  public Integer call() throws Failure {
    try {
      NativeLibraries natives = new NativeLibraries(places.cache());
      System.out.println(
          natives.unpack(new UnpackingProgress(ConsoleProgress.standard(), "TensorFlow")));
      return Lynxeye.OK;
    } catch (IOException e) {
      throw new Failure(e);
    }
  }
}
