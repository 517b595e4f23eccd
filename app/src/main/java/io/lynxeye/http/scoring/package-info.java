/** Handlers that scoring protocols share; the protocols of Azure ML and DJL Serving. */
package io.lynxeye.http.scoring;
