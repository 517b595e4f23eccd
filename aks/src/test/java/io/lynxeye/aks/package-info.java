/** Tests of what runs the server on Azure Kubernetes Service; nothing here talks to a cluster. */
package io.lynxeye.aks;
