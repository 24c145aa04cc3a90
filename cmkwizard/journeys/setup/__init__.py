"""The set-up: a company's own key under Adobe Experience Platform."""
