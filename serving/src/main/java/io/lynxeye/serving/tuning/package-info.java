/**
 * The settings of models for this machine: workers, threads and batch size by a rule, the precision
 * by measuring, with a cache of what was measured.
 */
package io.lynxeye.serving.tuning;
