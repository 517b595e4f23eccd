package io.lynxeye.bench.part;

/** The parts of a run that {@code --only} selects from. */
public enum Part {
  /** The engine alone. */
  ENGINE,
  /** JPEG to model input, compared with the JDK. */
  DECODE,
  /** Decode pool, queue and engine without HTTP. */
  PIPELINE,
  /** HTTP, by number of clients. */
  CLOSED,
  /** HTTP, by image size. */
  IMAGES,
  /** HTTP, by arrival rate. */
  OPEN,
  /** HTTP, more than the server can score: a burst, a lasting overload, a flood of large images. */
  OVERLOAD;

  /** Whether it needs the model in this process. */
  public boolean isInProcess() {
    return this == ENGINE || this == DECODE || this == PIPELINE;
  }
}
