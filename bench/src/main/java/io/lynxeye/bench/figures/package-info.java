/** The figures of a run, their bounds, and their forms: tables, charts and JSON. */
package io.lynxeye.bench.figures;
