package io.lynxeye.bench;

/** What a run can be made of; {@code --only} picks. */
enum Part {
  /** The engine alone. */
  ENGINE,
  /** JPEG to sample, beside the JDK. */
  DECODE,
  /** Decode pool, queue and engine without HTTP. */
  PIPELINE,
  /** HTTP, by clients. */
  CLOSED,
  /** HTTP, by picture. */
  PICTURES,
  /** HTTP, by arrival rate. */
  OPEN;

  /** Whether it needs the model in this process. */
  boolean isInProcess() {
    return this == ENGINE || this == DECODE || this == PIPELINE;
  }
}
