/** Loads, replaces and unloads versions until what is served is the desired state. */
package io.lynxeye.serving.lifecycle;
