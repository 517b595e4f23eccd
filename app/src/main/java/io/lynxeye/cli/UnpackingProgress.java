package io.lynxeye.cli;

import io.lynxeye.engine.NativeLibraries;
import io.lynxeye.importers.Progress;

/** Shows the unpacking of a set of libraries; nothing if there is nothing to unpack. */
final class UnpackingProgress implements NativeLibraries.Listener {

  private final Progress progress;
  private final String what;
  private Progress.Step step;
  private long shown;

  UnpackingProgress(Progress progress, String what) {
    this.progress = progress;
    this.what = what;
  }

  @Override
  public void unpacked(long bytes, long totalBytes) {
    if (step == null) {
      step = progress.begin("unpacking " + what, totalBytes);
    }
    step.advance(bytes - shown);
    shown = bytes;
    if (bytes == totalBytes) {
      step.close();
    }
  }
}
