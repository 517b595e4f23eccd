package io.lynxeye.config;

/** How a log line is written. */
public enum LogFormat {
  /** For people. */
  TEXT,
  /** For machines: an object per line. */
  JSON
}
