package io.lynxeye.config;

/** The format of the log on standard error. */
public enum LogFormat {
  /** Plain text, for people. */
  TEXT,
  /** A JSON object per line, for machines. */
  JSON
}
