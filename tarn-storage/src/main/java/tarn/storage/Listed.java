package tarn.storage;

/** What a listing of one level shows. */
public sealed interface Listed permits StoredObject, KeyPrefix {}
