"""Adobe's token service and the encryption interface of Experience Platform."""
