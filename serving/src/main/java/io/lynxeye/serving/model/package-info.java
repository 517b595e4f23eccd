/** Models and their versions: ids, sources, formats, states. */
package io.lynxeye.serving.model;
